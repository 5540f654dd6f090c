package cloudops.cli.internal;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.Verdict;
import cloudops.model.DisplayText;

/** Executions for people. */
final class ExecutionText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private ExecutionText() {
    }

    /** In the user's time zone. */
    static String time(Instant instant) {
        return instant == null ? "-" : TIME.format(instant);
    }

    static String status(ExecutionStatus status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Says on standard error how it ended, unless it did well. @return the exit code */
    static int reportEnd(Cli cli, ExecutionResult result) {
        if (result.succeeded()) {
            return ExitCode.DONE;
        }
        var failure = switch (result.status()) {
            case COMPLETED -> new Failure(ExitCode.FAILED, "the command ended with exit code " + result.exitCode(), null);
            case CANCELLED -> new Failure(ExitCode.INTERRUPTED, "the command was cancelled", null);
            default -> Failure.ofMessage(ExitCode.FAILED, result.error() == null ? "the command failed" : result.error());
        };
        failure.print(cli.console());
        return failure.exitCode();
    }

    /** What is about to run, for the person who is to consent. */
    static void printRequest(ExecutionRequest request, Verdict verdict, String hash, PrintStream out) {
        out.println(commandLine(request));
        line(out, "risk", risk(verdict));
        if (request.workingDir() != null) {
            line(out, "in", request.workingDir().toString());
        }
        line(out, "hash", hash);
    }

    static String risk(Verdict verdict) {
        return verdict.risk().name().toLowerCase(Locale.ROOT) + ": " + verdict.reason();
    }

    /**
     * A request's command as a person would type it, secrets and all: each argument told apart from the next, with the variables it sets in
     * front. The engine adds to a call of AWS what this program was started with (endpoint), and {@code --output json} where it names none.
     */
    static String commandLine(ExecutionRequest request) {
        var words = new ArrayList<String>();
        request.env().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(v -> words.add(v.getKey() + "=" + v.getValue()));
        words.addAll(request.command().words());
        return DisplayText.argv(words);
    }

    static void print(ExecutionRecord r, PrintStream out) {
        out.println(DisplayText.line(r.command()));
        line(out, "id", r.id().toString());
        line(out, "kind", r.kind());
        line(out, "status", status(r.status()) + (r.exitCode() == null ? "" : ", exit code " + r.exitCode()));
        line(out, "error", r.error());
        line(out, "started", time(r.startedAt()));
        line(out, "ended", r.completedAt() == null ? null : time(r.completedAt()));
        line(out, "risk", r.risk() == null ? null : r.risk().name().toLowerCase(Locale.ROOT));
        line(out, "approved by", r.approvedBy());
        line(out, "approval", r.approvalHash());
        line(out, "account", r.metadata().accountId());
        r.metadata().resources().forEach(each -> line(out, "resource", resource(each)));
        line(out, r.metadata().resources().isEmpty() ? "resource" : "arn", r.resourceId());
        line(out, "conversation", r.metadata().conversationId());
        line(out, "context", r.contextId());
        line(out, "source", r.metadata().source());
        line(out, "purpose", r.metadata().description());
        r.metadata().tags().forEach((key, value) -> line(out, "tag", key + "=" + value));
        line(out, "plan", r.planId() == null ? null : r.planId() + ", step " + r.stepId());
    }

    private static String resource(ExecutionRequest.Resource r) {
        var id = r.identifier().equals(r.name()) ? "" : " " + r.identifier();
        return (r.name() == null ? "" : r.name() + " ") + "(" + r.resourceType() + id + ", " + r.region() + ", account " + r.accountId() + ")";
    }

    /** What ran and how it ended, in a line. */
    static String brief(ExecutionRecord r) {
        return DisplayText.line(r.command()) + "  (" + status(r.status()) + (r.exitCode() == null ? "" : ", exit code " + r.exitCode())
                + "; execution " + r.id().toString().substring(0, 8) + ")";
    }

    /** A named value; nothing when there is none. */
    static void line(PrintStream out, String name, String value) {
        if (value != null) {
            out.printf("  %-13s %s%n", name, DisplayText.line(value));
        }
    }
}
