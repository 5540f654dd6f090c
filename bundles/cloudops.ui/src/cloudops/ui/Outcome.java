package cloudops.ui;

/**
 * How a {@link Task} ended.
 *
 * @param <T> what it was to find
 */
public sealed interface Outcome<T> {

    /** @param value may be null where the task's work returns null */
    record Done<T>(T value) implements Outcome<T> {
    }

    record Failed<T>(Trouble trouble) implements Outcome<T> {
    }

    /** The user cancelled it, which is no error. */
    record Cancelled<T>() implements Outcome<T> {
    }
}
