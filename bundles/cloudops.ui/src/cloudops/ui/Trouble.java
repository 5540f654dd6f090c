package cloudops.ui;

import cloudops.aws.AwsException;
import cloudops.execution.ExecutionException;
import cloudops.request.RequestException;
import cloudops.storage.StorageException;

/**
 * A failure as a person needs it.
 *
 * @param what what went wrong, one sentence
 * @param advice what to do about it; empty when there is nothing
 */
public record Trouble(String what, String advice) {

    public static Trouble of(Throwable failure) {
        var what = failure.getMessage() == null || failure.getMessage().isBlank()
                ? "Unexpected " + failure.getClass().getSimpleName()
                : sentence(failure.getMessage());
        return new Trouble(what, advice(failure));
    }

    private static String advice(Throwable failure) {
        return switch (failure) {
            case StorageException e -> switch (e.problem()) {
                case NO_KEY -> "Start with the environment variable CLOUDOPS_PASSPHRASE set, or refresh and enter the passphrase.";
                case WRONG_KEY -> "Refresh and enter the passphrase that opens this home, or start with another home.";
                case LOCKED -> "Close the other CloudOps that uses this home, then refresh.";
                case DAMAGED_RECORD -> "Scan the account again: the scan replaces the damaged record.";
                case CORRUPT -> "Restore a backup, or move the store away and scan again.";
                case EMBEDDING -> "Filter by typing instead; restart if it stays so.";
                case IO -> "Check that the disk has room and that the home is writable, then refresh.";
            };
            case AwsException e -> switch (e.problem()) {
                case NO_CREDENTIALS, EXPIRED_TOKEN -> "Log in again (for example: aws sso login), then retry.";
                case UNKNOWN_PROFILE, PARSE -> "Check ~/.aws/config and ~/.aws/credentials.";
                case ACCESS_DENIED, EXPLICIT_DENY -> "Ask for the permission, or use another profile.";
                case NO_CLI -> "Install the AWS CLI, or use the SDK transport.";
                default -> e.problem().retryable() ? "Try again." : "";
            };
            case RequestException e -> switch (e.problem()) {
                case REFUSED -> e.getCause() instanceof ExecutionException cause ? advice(cause)
                        : "Ask again and approve the plan that is shown then.";
                case NO_PROFILE -> "Scan the account with a profile that has credentials for it.";
                case BAD_ANSWER, AGENT -> "Word the request in another way.";
                case NOTHING_TO_RUN -> "";
                case STORAGE, EXECUTION -> e.getCause() == null ? "" : advice(e.getCause());
            };
            case ExecutionException e -> switch (e.problem()) {
                case APPROVAL_REQUIRED -> "Ask again and approve the plan that is shown then.";
                case READ_ONLY -> "Restart without --read-only.";
                default -> "";
            };
            case MissingServiceException e -> "It may still be starting. If this stays, see Help > About CloudOps > Installation Details.";
            default -> "";
        };
    }

    private static String sentence(String message) {
        return Character.toUpperCase(message.charAt(0)) + message.substring(1);
    }
}
