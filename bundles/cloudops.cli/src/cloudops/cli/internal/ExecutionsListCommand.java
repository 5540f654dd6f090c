package cloudops.cli.internal;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionJson;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops executions list}. */
@Command(name = "list", description = "Lists what was run, newest first.")
final class ExecutionsListCommand implements Callable<Integer> {

    private static final int SHORT_ID = 8;
    private static final int LONGEST_COMMAND = 100;

    private final Cli cli;

    @Option(names = "--since", paramLabel = "TIME", converter = TimeOption.class,
            description = "Started then or later: 2h, 7d (ago), 2026-01-31, 2026-01-31T09:00, 2026-01-31T08:00:00Z.")
    private Instant since;

    @Option(names = "--until", paramLabel = "TIME", converter = TimeOption.class, description = "Started before.")
    private Instant until;

    @Option(names = "--status", split = ",", paramLabel = "STATUS", description = "${COMPLETION-CANDIDATES}")
    private Set<ExecutionStatus> statuses = Set.of();

    @Option(names = "--resource", paramLabel = "RESOURCE", description = "Acts on the resource with this name, ID or ARN.")
    private String resource;

    @Option(names = "--conversation", paramLabel = "ID", description = "From the conversation with this ID, or four or more digits of its beginning.")
    private String conversation;

    @Option(names = "--account", paramLabel = "ACCOUNT", description = "Acts on this AWS account.")
    private String account;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (${DEFAULT-VALUE}).")
    private int limit = 50;

    @Option(names = "--format", description = ListFormat.DESCRIPTION)
    private ListFormat format = ListFormat.TABLE;

    ExecutionsListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "--limit must be 1 or more, not " + limit, null);
        }
        var engine = cli.service(ExecutionEngine.class);
        var records = engine.history(new HistoryFilter(since, until, statuses, resource,
                conversation == null ? null : Conversations.inHistory(engine, conversation), account, null, limit));
        if (cli.json()) {
            cli.print(records);
        } else if (format == ListFormat.JSONL) {
            printLines(records);
        } else if (format == ListFormat.CSV) {
            printCsv(records);
        } else if (records.isEmpty()) {
            boolean all = since == null && until == null && statuses.isEmpty() && resource == null && conversation == null && account == null;
            cli.say("Nothing was run" + (all ? " yet." : " of that kind."));
        } else {
            table(records).print(cli.console().out());
        }
        return ExitCode.DONE;
    }

    private void printLines(List<ExecutionRecord> records) throws JsonProcessingException {
        for (var entry : records) {
            cli.console().out().println(ExecutionJson.mapper().writeValueAsString(entry));
        }
    }

    private void printCsv(List<ExecutionRecord> records) {
        var csv = new Csv(cli.console().out());
        csv.row("id", "kind", "status", "exit_code", "started_at", "completed_at", "account_id", "resource", "conversation_id", "approved_by",
                "plan_id", "step_id", "command", "error");
        records.forEach(r -> csv.row(r.id(), r.kind(), ExecutionText.status(r.status()), r.exitCode(), r.startedAt(), r.completedAt(),
                r.metadata().accountId(), r.resourceId(), r.metadata().conversationId(), r.approvedBy(), r.planId(), r.stepId(), r.command(),
                r.error()));
    }

    static Table table(List<ExecutionRecord> records) {
        var table = new Table("ID", "STARTED", "STATUS", "EXIT", "ACCOUNT", "COMMAND");
        records.forEach(r -> table.row(r.id().toString().substring(0, SHORT_ID), ExecutionText.time(r.startedAt()), ExecutionText.status(r.status()),
                r.exitCode(), r.metadata().accountId(), (r.stepId() == null ? "" : "[" + r.stepId() + "] ") + shortened(r.command())));
        return table;
    }

    private static String shortened(String command) {
        if (command.codePointCount(0, command.length()) <= LONGEST_COMMAND) {
            return command;
        }
        return command.substring(0, command.offsetByCodePoints(0, LONGEST_COMMAND)) + "…";
    }
}
