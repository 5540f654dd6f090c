package cloudops.execution.internal;

import java.time.Instant;
import java.util.HashMap;
import java.util.UUID;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.Verdict;

/** First lines of the history about requests. */
public final class Records {

    private Records() {
    }

    /** @param consent null while there is none @param step null for what is no step of a plan */
    public static ExecutionRecord of(ExecutionRequest request, ExecutionStatus status, Verdict verdict, Consent consent, StepOf step, Instant now) {
        return new ExecutionRecord(request.id(), kind(request.command()), CommandText.of(request.command()), status, null, null, now, null,
                withoutSecrets(request.metadata()), request.contextId(), request.resourceId(), verdict.risk(), consent == null ? null : consent.by(),
                consent == null ? null : consent.hash(), step == null ? null : step.planId(), step == null ? null : step.stepId());
    }

    /** Of a read that leaves no trace: without what is for people. */
    static ExecutionRecord ofReading(ExecutionRequest request, Verdict verdict, Instant now) {
        return new ExecutionRecord(request.id(), kind(request.command()), "", ExecutionStatus.PENDING, null, null, now, null, Metadata.NONE,
                null, null, verdict.risk(), null, null, null, null);
    }

    /** As records have it: people write into descriptions what they run, and programs into tags what they know. */
    public static Metadata withoutSecrets(Metadata about) {
        var tags = new HashMap<String, String>();
        about.tags().forEach((key, value) -> tags.put(key, CommandText.redactNamed(key, value)));
        return new Metadata(about.source(), tags, about.conversationId(), about.accountId(),
                about.description() == null ? null : CommandText.redact(about.description()), about.resources());
    }

    /** As in JSON. */
    static String kind(Command command) {
        return switch (command) {
            case Command.Exec exec -> "exec";
            case Command.Script script -> "script";
            case Command.Shell shell -> "shell";
            case Command.AwsCli cli -> "aws_cli";
            case Command.AwsSdk sdk -> "aws_sdk";
        };
    }

    /** A place in a plan. */
    public record StepOf(UUID planId, String stepId) {
    }
}
