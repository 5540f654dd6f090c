package cloudops.cli.internal;

import java.io.IOException;
import java.util.concurrent.ExecutionException;

import cloudops.agent.AgentException;
import cloudops.aws.AwsException;
import cloudops.backup.BackupException;
import cloudops.demo.DemoException;
import cloudops.embedding.EmbeddingException;
import cloudops.model.DisplayText;
import cloudops.plugins.PluginException;
import cloudops.request.RequestException;
import cloudops.storage.StorageException;
import cloudops.vectorstore.VectorStoreException;

/**
 * What a user is told of an exception.
 *
 * @param remedy what to do; null when we do not know
 */
record Failure(int exitCode, String message, String remedy) {

    private static final String REMEDY = "; try: ";

    static Failure of(Throwable error) {
        return switch (error) {
            case CliException e -> new Failure(e.exitCode(), e.getMessage(), e.remedy());
            case DemoException e -> new Failure(ExitCode.FAILED, e.getMessage(), e.remedy());
            case VectorStoreException e -> ofMessage(ExitCode.FAILED, e.getMessage());
            case StorageException e when e.remedy() == null -> ofMessage(ExitCode.FAILED, e.getMessage());
            case StorageException e -> new Failure(ExitCode.FAILED, e.getMessage(), e.remedy());
            case BackupException e -> new Failure(e.problem() == BackupException.Problem.READ_ONLY ? ExitCode.REFUSED : ExitCode.FAILED,
                    e.findings().size() < 2 ? e.getMessage() : e.getMessage() + " (" + String.join("; ", e.findings()) + ")", e.remedy());
            case PluginException e -> new Failure(switch (e.problem()) {
                case READ_ONLY, UNTRUSTED, DOWNGRADE, INCOMPATIBLE -> ExitCode.REFUSED;
                default -> ExitCode.FAILED;
            }, e.getMessage(), e.remedy());
            case AwsException e -> ofAws(e);
            case RequestException e -> ofRequest(e);
            case AgentException e -> new Failure(ExitCode.FAILED, e.getMessage(), null);
            case EmbeddingException e -> new Failure(ExitCode.FAILED, e.getMessage(), null);
            case cloudops.execution.ExecutionException e -> ofExecution(e);
            case InterruptedException e -> new Failure(ExitCode.INTERRUPTED, "interrupted", null);
            case ExecutionException e when e.getCause() != null -> of(e.getCause());
            default -> new Failure(ExitCode.FAILED, "this is a defect of ours: " + error, "run it again with --verbose and report what it prints");
        };
    }

    /** The engine's messages end with what to do, where there is something: "…; try: …". */
    private static Failure ofExecution(cloudops.execution.ExecutionException e) {
        int code = switch (e.problem()) {
            case APPROVAL_REQUIRED, FORBIDDEN, READ_ONLY -> ExitCode.REFUSED;
            case INVALID_REQUEST -> ExitCode.USAGE;
            case INVALID_PLAN, NOT_FOUND, NO_RUNNER, UNAVAILABLE -> ExitCode.FAILED;
        };
        var storage = e.getCause() instanceof IOException io && io.getCause() instanceof StorageException cause ? cause.remedy() : null;
        var failure = ofMessage(code, e.getMessage());
        return failure.remedy() == null ? new Failure(code, failure.message(), storage) : failure;
    }

    /** @param message of the engine or a store, with or without what to do */
    static Failure ofMessage(int exitCode, String message) {
        var parts = message.split(REMEDY, 2);
        return new Failure(exitCode, parts[0], parts.length == 2 ? parts[1] : null);
    }

    void print(Console console) {
        console.err().println("cloudops: " + DisplayText.line(message));
        if (remedy != null) {
            console.err().println("  try: " + DisplayText.line(remedy));
        }
    }

    private static Failure ofRequest(RequestException e) {
        return switch (e.problem()) {
            case REFUSED -> new Failure(ExitCode.REFUSED, e.getMessage(), "ask again and approve the plan that is shown then");
            case STORAGE -> e.getCause() instanceof StorageException cause ? of(cause) : new Failure(ExitCode.FAILED, e.getMessage(), null);
            case NO_PROFILE -> new Failure(ExitCode.FAILED, e.getMessage(), "cloudops profiles validate");
            default -> new Failure(ExitCode.FAILED, e.getMessage(), null);
        };
    }

    /** Some messages end with what to do; for the others it depends on the problem alone. */
    private static Failure ofAws(AwsException e) {
        var failure = ofMessage(ExitCode.FAILED, e.getMessage());
        return failure.remedy() != null ? failure : new Failure(ExitCode.FAILED, e.getMessage(), remedy(e.problem()));
    }

    private static String remedy(AwsException.Problem problem) {
        return switch (problem) {
            case UNKNOWN_PROFILE -> "cloudops profiles list";
            case NO_CREDENTIALS, EXPIRED_TOKEN -> "cloudops profiles validate";
            case NETWORK -> "check the network, and --endpoint-url if you gave one";
            case NO_CLI -> "pip install awscli, or --transport sdk";
            default -> null;
        };
    }
}
