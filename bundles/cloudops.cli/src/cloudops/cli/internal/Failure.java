package cloudops.cli.internal;

import java.util.concurrent.ExecutionException;

import cloudops.agent.AgentException;
import cloudops.aws.AwsException;
import cloudops.demo.DemoException;
import cloudops.embedding.EmbeddingException;
import cloudops.request.RequestException;
import cloudops.storage.StorageException;

/**
 * What a user is told of an exception.
 *
 * @param remedy what to do; null when we do not know
 */
record Failure(int exitCode, String message, String remedy) {

    static Failure of(Throwable error) {
        return switch (error) {
            case CliException e -> new Failure(e.exitCode(), e.getMessage(), e.remedy());
            case DemoException e -> new Failure(ExitCode.FAILED, e.getMessage(), e.remedy());
            case StorageException e -> new Failure(ExitCode.FAILED, e.getMessage(), e.remedy());
            case AwsException e -> new Failure(ExitCode.FAILED, e.getMessage(), remedy(e.problem()));
            case RequestException e -> ofRequest(e);
            case AgentException e -> new Failure(ExitCode.FAILED, e.getMessage(), null);
            case EmbeddingException e -> new Failure(ExitCode.FAILED, e.getMessage(), null);
            case InterruptedException e -> new Failure(ExitCode.INTERRUPTED, "interrupted", null);
            case ExecutionException e when e.getCause() != null -> of(e.getCause());
            default -> new Failure(ExitCode.FAILED, "this is a defect of ours: " + error, "run it again with --verbose and report what it prints");
        };
    }

    private static Failure ofRequest(RequestException e) {
        return switch (e.problem()) {
            case REFUSED -> new Failure(ExitCode.REFUSED, e.getMessage(), "ask again and approve the plan that is shown then");
            case STORAGE -> e.getCause() instanceof StorageException cause ? of(cause) : new Failure(ExitCode.FAILED, e.getMessage(), null);
            case NO_PROFILE -> new Failure(ExitCode.FAILED, e.getMessage(), "cloudops profiles validate");
            default -> new Failure(ExitCode.FAILED, e.getMessage(), null);
        };
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
