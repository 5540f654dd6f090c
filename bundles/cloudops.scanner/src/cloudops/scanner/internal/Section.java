package cloudops.scanner.internal;

import java.util.function.Supplier;

import org.osgi.service.component.ComponentException;

/**
 * What a section of the settings says. Where it makes no sense, that is said to whom wants to use it: Declarative Services would tell nobody, and
 * leave the user with other settings than those that were meant.
 *
 * @param value null where the section makes no sense
 * @param wrong what makes no sense of it; null where it does
 */
record Section<T>(String name, T value, String wrong) {

    /** @param parse throws what the configuration's methods throw, and {@link IllegalArgumentException} with what makes no sense */
    static <T> Section<T> of(String name, Supplier<T> parse) {
        try {
            return new Section<>(name, parse.get(), null);
        } catch (IllegalArgumentException e) {
            return new Section<>(name, null, e.getMessage());
        } catch (ComponentException e) {
            return new Section<>(name, null, "a value is not of its kind: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    /** @throws IllegalArgumentException when it makes no sense; the message says what does */
    T get() {
        if (value == null) {
            throw new IllegalArgumentException("section " + name + " of settings.json: " + wrong);
        }
        return value;
    }
}
