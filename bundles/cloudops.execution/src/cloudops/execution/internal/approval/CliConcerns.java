package cloudops.execution.internal.approval;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import cloudops.execution.Command;
import cloudops.execution.internal.Requests;
import cloudops.execution.internal.process.CliOption;

/**
 * What a call of the AWS CLI reaches beyond the call itself: local files, other hosts, other programs, another identity. Knows versions 1 and
 * 2 of the CLI; sources: the CLI's global options ({@code awscli/data/cli.json}) and its way with values that name files and addresses
 * ({@code awscli/paramfile.py}).
 */
final class CliConcerns {

    /** Global options that weaken the connection, show signed headers or start a dialogue. */
    private static final List<String> SUSPICIOUS_OPTIONS = List.of("--ca-bundle", "--no-verify-ssl", "--debug", "--v2-debug",
            "--cli-auto-prompt");

    private final Optional<URI> endpoint;
    private final LocalFiles files = new LocalFiles();

    /** @param endpoint the only one that the program itself uses */
    CliConcerns(Optional<URI> endpoint) {
        this.endpoint = endpoint;
    }

    /** For people, each to be read after "but it"; empty when there are none. */
    List<String> of(Command.AwsCli cli) {
        var concerns = new TreeSet<String>();
        files.use(cli).ifPresent(concerns::add);
        for (int i = 0; i < cli.args().size(); i++) {
            argument(cli, i, concerns);
        }
        if (!CliOption.values("--region", cli.args()).stream().allMatch(Requests::isRegion)) {
            concerns.add("names a region that is none");
        }
        if (contradicts(cli.region(), "--region", cli.args()) || contradicts(cli.profile(), "--profile", cli.args())) {
            concerns.add("names another profile or region than the request does");
        }
        return List.copyOf(concerns);
    }

    private void argument(Command.AwsCli cli, int index, Set<String> concerns) {
        var argument = cli.args().get(index);
        var option = CliOption.parse(argument);
        var lower = argument.toLowerCase(Locale.ROOT);
        if (lower.contains("file://") || lower.contains("fileb://")) {
            concerns.add("reads a local file");
        }
        if (argument.equals("help")) {
            concerns.add("may open the manual"); // through programs of its own: groff and a pager
        }
        if (option.means("--endpoint-url")) {
            var target = option.value().orElse(index + 1 < cli.args().size() ? cli.args().get(index + 1) : "");
            if (!endpoint.map(URI::toString).equals(Optional.of(target))) {
                concerns.add("connects to an endpoint of its own");
            }
        } else if (isAddress(option.value().orElse(argument)) && !isNeverFetched(cli, index, option)) {
            concerns.add("may fetch an address"); // version 1 of the CLI loads parameters from URLs
        }
        SUSPICIOUS_OPTIONS.stream().filter(option::means).forEach(name -> concerns.add("uses " + name));
    }

    private static boolean isAddress(String value) {
        var lower = value.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    /** Whether the address is the value of an option that the CLI never loads from a URL. */
    private static boolean isNeverFetched(Command.AwsCli cli, int index, CliOption option) {
        var name = option.value().isPresent() ? option.name() : index > 0 ? cli.args().get(index - 1) : "";
        return "sqs".equals(cli.service()) && "--queue-url".equals(name) || CliOption.parse(name).means("--endpoint-url");
    }

    private static boolean contradicts(String field, String option, List<String> args) {
        return field != null && CliOption.values(option, args).stream().anyMatch(value -> !value.equals(field));
    }
}
