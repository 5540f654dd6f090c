package cloudops.execution.internal.approval;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.CommandText;
import cloudops.execution.internal.process.CliOption;
import cloudops.model.Risk;

/**
 * Judges commands. Fails closed: only an operation that the table calls read-only, with arguments that touch neither local files nor other
 * hosts, runs without a person's consent.
 */
public final class Verdicts {

    /** Variables that change neither which program runs, nor where it connects, nor as whom. */
    private static final Set<String> HARMLESS_VARIABLES = Set.of("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE",
            "LANG", "LC_ALL", "TZ");

    /** Global options of the CLI that weaken the connection or show signed headers. */
    private static final List<String> SUSPICIOUS_OPTIONS = List.of("--ca-bundle", "--no-verify-ssl", "--debug");

    private final OperationTable table = OperationTable.bundled();
    private final Optional<URI> endpoint;

    /** @param endpoint the only one that the program itself uses */
    public Verdicts(Optional<URI> endpoint) {
        this.endpoint = endpoint;
    }

    public Verdict of(Command command) {
        return switch (command) {
            case Command.Exec exec -> unknown(exec.argv().stream().findFirst().map(CommandText::quote).orElse("an empty command"));
            case Command.Script script -> unknown("the script " + CommandText.quote(script.file().toString()));
            case Command.Shell shell -> unknown("a shell's command line");
            case Command.AwsCli cli -> withConcerns(operation(cli.service(), cli.operation()), concerns(cli.args()));
            case Command.AwsSdk sdk -> operation(sdk.service(), sdk.operation());
        };
    }

    /** The verdict on the command, raised by what else the request brings to the process. */
    public Verdict of(ExecutionRequest request) {
        var concerns = new ArrayList<String>();
        var variables = new TreeSet<>(request.env().keySet());
        variables.removeAll(HARMLESS_VARIABLES);
        if (!variables.isEmpty()) {
            concerns.add("sets " + String.join(", ", variables));
        }
        if (request.workingDir() != null) {
            concerns.add("runs in a folder of the caller's choice");
        }
        return raised(withConcerns(of(request.command()), concerns), request.risk());
    }

    /** @param label the caller's own assessment, null for none: it may raise the verdict, never lower it */
    private static Verdict raised(Verdict verdict, Risk label) {
        if (label == null || label.compareTo(verdict.risk()) <= 0) {
            return verdict;
        }
        var decision = verdict.decision() == Decision.ALLOW ? Decision.ASK : verdict.decision();
        return new Verdict(verdict.effect(), label, decision, verdict.reason() + ", and the risk was called " + label.name().toLowerCase(Locale.ROOT));
    }

    private static Verdict unknown(String what) {
        return new Verdict(Effect.UNKNOWN, Risk.HIGH, Decision.ASK, "what " + what + " does is not known");
    }

    private Verdict operation(String service, String operation) {
        var judgement = table.judge(service, operation);
        var reason = service + " " + operation + switch (judgement.effect()) {
            case READ_ONLY -> " only reads";
            case SENSITIVE_READ -> " reads secrets or private data";
            case MUTATING -> " changes resources";
            case DESTRUCTIVE -> " destroys resources or takes rights away";
            case UNKNOWN -> " is not known";
        };
        return new Verdict(judgement.effect(), judgement.risk(), judgement.effect() == Effect.READ_ONLY ? Decision.ALLOW : Decision.ASK, reason);
    }

    private static Verdict withConcerns(Verdict verdict, List<String> concerns) {
        if (concerns.isEmpty()) {
            return verdict;
        }
        var effect = verdict.effect() == Effect.READ_ONLY ? Effect.UNKNOWN : verdict.effect();
        return new Verdict(effect, Risk.HIGH, Decision.ASK, verdict.reason() + ", but it " + String.join(", ", concerns));
    }

    private List<String> concerns(List<String> args) {
        var concerns = new TreeSet<String>();
        for (int i = 0; i < args.size(); i++) {
            var arg = args.get(i);
            var lower = arg.toLowerCase(Locale.ROOT);
            if (lower.contains("file://") || lower.contains("fileb://")) {
                concerns.add("reads a local file");
            }
            var option = CliOption.parse(arg);
            if (option.means("--endpoint-url")) {
                var target = option.value().orElse(i + 1 < args.size() ? args.get(i + 1) : "");
                if (!endpoint.map(URI::toString).equals(Optional.of(target))) {
                    concerns.add("connects to an endpoint of its own");
                }
            } else if ((lower.startsWith("http://") || lower.startsWith("https://")) && !isAddressOfAws(args, i)) {
                concerns.add("may fetch an address"); // version 1 of the CLI loads parameters from URLs
            }
            SUSPICIOUS_OPTIONS.stream().filter(option::means).forEach(name -> concerns.add("uses " + name));
        }
        return List.copyOf(concerns);
    }

    /** Whether the address before us is the value of an option that the CLI never loads from a URL. */
    private static boolean isAddressOfAws(List<String> args, int index) {
        return index > 0 && (args.get(index - 1).equals("--queue-url") || CliOption.parse(args.get(index - 1)).means("--endpoint-url"));
    }
}
