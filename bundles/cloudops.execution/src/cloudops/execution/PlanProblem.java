package cloudops.execution;

import static java.util.Objects.requireNonNull;

/**
 * Something that is wrong with a plan.
 *
 * @param pointer where, as a JSON Pointer (RFC 6901) into the plan's JSON: {@code /steps/2/depends_on/0}; empty for the plan as a whole
 * @param line 1-based line of the file it was read from; 0 when it was not, or when the line is not known
 * @param message what, and how to mend it
 */
public record PlanProblem(String pointer, int line, String message) {

    public PlanProblem {
        requireNonNull(pointer, "pointer");
        requireNonNull(message, "message");
    }

    public PlanProblem(String pointer, String message) {
        this(pointer, 0, message);
    }

    /** The place for people: {@code steps[2].depends_on[0]}; empty for the plan as a whole. */
    public String path() {
        var path = new StringBuilder();
        for (var name : pointer.split("/")) {
            if (!name.isEmpty()) {
                boolean index = name.chars().allMatch(character -> character >= '0' && character <= '9');
                path.append(index ? "[" + name + "]" : (path.isEmpty() ? "" : ".") + name.replace("~1", "/").replace("~0", "~"));
            }
        }
        return path.toString();
    }

    /** {@code line 12: steps[2].depends_on[0]: no step has the ID …}, without the parts that are not known. */
    @Override
    public String toString() {
        return (line > 0 ? "line " + line + ": " : "") + (pointer.isEmpty() ? "" : path() + ": ") + message;
    }
}
