package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;
import cloudops.model.DisplayText;
import cloudops.storage.ChatStorage;
import cloudops.storage.ChatStorage.Message;
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

    /** The JSON result is a list of these. @param ran what the history says of the message's executions; null for none */
    record Shown(@JsonUnwrapped Message message, List<ExecutionRecord> ran) {
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
        var executions = executions(conversation);
        if (cli.json()) {
            cli.print(history.stream().map(message -> new Shown(message, message.executions().isEmpty() ? null : ran(message, executions))).toList());
            return Conversations.report(cli, chats);
        }
        history.forEach(message -> print(message, executions, cli.console().out()));
        if (history.size() < limit) {
            printUntold(history, executions, cli.console().out());
        }
        return Conversations.report(cli, chats);
    }

    /** Of the conversation, oldest first; of plans their steps. */
    private Map<UUID, ExecutionRecord> executions(UUID conversation) throws ExecutionException {
        var found = cli.service(ExecutionEngine.class)
                .history(new HistoryFilter(null, null, Set.of(), null, conversation.toString(), null, null, Integer.MAX_VALUE));
        var byId = new LinkedHashMap<UUID, ExecutionRecord>();
        found.reversed().stream().filter(each -> !each.kind().equals("plan")).forEach(each -> byId.put(each.id(), each));
        return byId;
    }

    private static List<ExecutionRecord> ran(Message message, Map<UUID, ExecutionRecord> executions) {
        return message.executions().stream().map(executions::get).filter(Objects::nonNull).toList();
    }

    private static void print(Message message, Map<UUID, ExecutionRecord> executions, PrintStream out) {
        out.println(ExecutionText.time(message.at()) + " " + message.role().name().toLowerCase(Locale.ROOT));
        message.content().lines().forEach(line -> out.println("  " + DisplayText.line(line)));
        for (var execution : message.executions()) {
            var known = executions.get(execution);
            out.println("  " + (known == null ? "execution " + execution + " (no longer in the history)" : "$ " + ExecutionText.brief(known)));
        }
    }

    /** A process that is killed while a plan runs cannot say so in the conversation any more. */
    private static void printUntold(List<Message> history, Map<UUID, ExecutionRecord> executions, PrintStream out) {
        var told = new HashSet<UUID>();
        history.forEach(message -> told.addAll(message.executions()));
        var untold = executions.values().stream().filter(each -> !told.contains(each.id())).toList();
        if (!untold.isEmpty()) {
            out.println("It also led to:");
            untold.forEach(each -> out.println("  $ " + ExecutionText.brief(each)));
        }
    }
}
