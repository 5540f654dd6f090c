package cloudops.cli.internal;

import java.util.Locale;
import java.util.concurrent.Callable;

import cloudops.model.DisplayText;
import cloudops.storage.ChatStorage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops chat show}. */
@Command(name = "show", description = "Shows a conversation, and which executions it led to.")
final class ChatShowCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or four or more digits of its beginning.")
    private String id;

    @Option(names = "--limit", paramLabel = "N", description = "Only its last N messages.")
    private int limit = Integer.MAX_VALUE;

    ChatShowCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "--limit must be 1 or more, not " + limit, null);
        }
        var chats = cli.service(ChatStorage.class);
        var conversation = Conversations.find(chats, id);
        var history = chats.history(conversation, limit);
        if (history.isEmpty() && chats.damaged() == 0) {
            throw Conversations.none(conversation);
        }
        if (cli.json()) {
            cli.print(history);
            return Conversations.report(cli, chats);
        }
        var out = cli.console().out();
        for (var message : history) {
            out.println(ExecutionText.time(message.at()) + " " + message.role().name().toLowerCase(Locale.ROOT));
            message.content().lines().forEach(line -> out.println("  " + DisplayText.line(line)));
            message.executions().forEach(execution -> out.println("  execution " + execution));
        }
        return Conversations.report(cli, chats);
    }
}
