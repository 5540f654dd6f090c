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

    @Option(names = "--resource", paramLabel = "RESOURCE", description = "Acts on this resource (ARN or name, as the history has it).")
    private String resource;

    @Option(names = "--conversation", paramLabel = "ID", description = "From this conversation.")
    private String conversation;

    @Option(names = "--account", paramLabel = "ACCOUNT", description = "Acts on this AWS account.")
    private String account;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (${DEFAULT-VALUE}).")
    private int limit = 50;

    @Option(names = "--format", description = "table or jsonl (one JSON document a line).")
    private ListFormat format = ListFormat.TABLE;

    ExecutionsListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new CliException(ExitCode.USAGE, "--limit must be 1 or more, not " + limit, null);
        }
        var records = cli.service(ExecutionEngine.class)
                .history(new HistoryFilter(since, until, statuses, resource, conversation, account, null, limit));
        if (cli.json()) {
            cli.print(records);
        } else if (format == ListFormat.JSONL) {
            printLines(records);
        } else if (records.isEmpty()) {
            cli.say("Nothing was run" + (since == null && until == null && statuses.isEmpty() ? " yet." : " of that kind."));
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
