package cloudops.storage.internal;

import java.io.IOException;

import cloudops.storage.StorageException.Problem;

/** The system's keychain did not do what was asked; why, and what the user can do about it. */
final class KeychainException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    private final String remedy;

    /**
     * @param problem {@code NO_KEY} when the key cannot be had now, {@code WRONG_KEY} when what was had is not the key
     * @param message for people, the end of a sentence
     */
    KeychainException(Problem problem, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    Problem problem() {
        return problem;
    }

    String remedy() {
        return remedy;
    }
}
