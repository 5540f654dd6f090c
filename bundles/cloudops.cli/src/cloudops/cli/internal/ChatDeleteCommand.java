package cloudops.cli.internal;

import java.util.Map;
import java.util.concurrent.Callable;

import cloudops.storage.ChatStorage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops chat delete}. */
@Command(name = "delete", description = "Deletes a conversation. What it led to stays in the history of executions.")
final class ChatDeleteCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or four or more digits of its beginning.")
    private String id;

    ChatDeleteCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not deleted: read-only", null);
        }
        var chats = cli.service(ChatStorage.class);
        var conversation = Conversations.find(chats, id);
        int deleted = chats.delete(conversation);
        if (deleted == 0) {
            throw Conversations.none(conversation);
        }
        if (cli.json()) {
            cli.print(Map.of("deleted", deleted));
        } else {
            cli.console().out().println("Deleted " + deleted + " messages.");
        }
        return ExitCode.DONE;
    }
}
