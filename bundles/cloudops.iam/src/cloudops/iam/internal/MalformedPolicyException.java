package cloudops.iam.internal;

/** A policy document that this machine does not understand; the message says what is wrong with it. */
final class MalformedPolicyException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedPolicyException(String message, Throwable cause) {
        super(message, cause);
    }

    MalformedPolicyException(String message) {
        this(message, null);
    }
}
