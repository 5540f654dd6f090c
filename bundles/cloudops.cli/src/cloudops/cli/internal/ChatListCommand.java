package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.storage.ChatStorage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops chat list}. */
@Command(name = "list", description = "Lists conversations, the one spoken in last first.")
final class ChatListCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (${DEFAULT-VALUE}).")
    private int limit = 50;

    ChatListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "--limit must be 1 or more, not " + limit, null);
        }
        var chats = cli.service(ChatStorage.class);
        var conversations = chats.list(limit);
        if (cli.json()) {
            cli.print(conversations);
        } else if (conversations.isEmpty()) {
            cli.say("No conversation is kept. Begin one: cloudops ask --conversation new PROMPT");
        } else {
            var table = new Table("ID", "LAST", "MESSAGES", "BEGINS");
            conversations.forEach(each -> table.row(each.id().toString().substring(0, 8), ExecutionText.time(each.lastMessage()),
                    each.messages(), each.title()));
            table.print(cli.console().out());
        }
        return Conversations.report(cli, chats);
    }
}
