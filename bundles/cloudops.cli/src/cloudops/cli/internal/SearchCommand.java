package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;

import cloudops.model.DisplayText;
import cloudops.storage.EstateStorage;
import cloudops.storage.SearchHit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops search}. */
@Command(name = "search", description = "Finds resources by words and by meaning.")
final class SearchCommand implements Callable<Integer> {

    private final Cli cli;

    @Mixin
    private FilterOptions filter;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (${DEFAULT-VALUE}).")
    private int limit = 10;

    @Option(names = "--complete", description = "Print only names and IDs that QUERY is the start or a piece of, for completion in a shell.")
    private boolean complete;

    @Parameters(arity = "1..*", paramLabel = "QUERY", description = "What to look for.")
    private List<String> words;

    SearchCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "--limit must be 1 or more, not " + limit, null);
        }
        var storage = cli.service(EstateStorage.class);
        if (complete) {
            return complete(storage);
        }
        var hits = storage.search(String.join(" ", words), filter.filter(), limit);
        if (cli.json()) {
            cli.print(hits);
        } else if (hits.isEmpty()) {
            cli.say("Nothing found.");
        } else {
            table(hits).print(cli.console().out());
        }
        return Damage.report(cli, storage);
    }

    private int complete(EstateStorage storage) throws Exception {
        var completions = storage.complete(String.join(" ", words), filter.filter(), limit);
        if (cli.json()) {
            cli.print(completions);
        } else {
            completions.forEach(completion -> cli.console().out().println(DisplayText.line(completion)));
        }
        return ExitCode.DONE;
    }

    static Table table(List<SearchHit> hits) {
        var table = new Table("SCORE", "NAME", "TYPE", "STATE", "ACCOUNT", "REGION", "MATCHED BY");
        hits.forEach(hit -> table.row(String.format("%.2f", hit.score()), hit.resource().name(), hit.resource().resourceType(),
                hit.resource().state(), hit.resource().accountName(), hit.resource().region(), hit.matchedBy()));
        return table;
    }
}
