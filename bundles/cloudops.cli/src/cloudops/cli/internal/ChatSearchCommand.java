package cloudops.cli.internal;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import cloudops.storage.ChatStorage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops chat search}. */
@Command(name = "search", description = "Finds what was said, by words and by meaning.")
final class ChatSearchCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(arity = "1..*", paramLabel = "QUERY", description = "What to look for.")
    private List<String> words;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (${DEFAULT-VALUE}).")
    private int limit = 10;

    ChatSearchCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "--limit must be 1 or more, not " + limit, null);
        }
        var chats = cli.service(ChatStorage.class);
        var found = chats.search(String.join(" ", words), limit);
        if (cli.json()) {
            cli.print(found);
        } else if (found.isEmpty()) {
            cli.say("Nothing found.");
        } else {
            var table = new Table("SCORE", "CONVERSATION", "WHEN", "WHO", "MATCHED BY", "WHAT");
            found.forEach(hit -> table.row(String.format(Locale.ROOT, "%.2f", hit.score()), hit.message().conversation().toString().substring(0, 8),
                    ExecutionText.time(hit.message().at()), hit.message().role().name().toLowerCase(Locale.ROOT), hit.matchedBy(),
                    beginning(hit.message().content())));
            table.print(cli.console().out());
        }
        return Conversations.report(cli, chats);
    }

    private static String beginning(String content) {
        var line = content.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= 80 ? line : line.substring(0, line.offsetByCodePoints(0, 80)) + "…";
    }
}
