package cloudops.execution.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonPointer;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.internal.CommandText;

/**
 * A text taken apart into what stands there literally and references to outputs. Only <code>${steps.</code> begins a reference; all other
 * dollars are the text's own, and <code>$${steps.</code> is a literal <code>${steps.</code>.
 */
record ReferenceText(List<Piece> pieces) {

    private static final String MARK = "${steps.";
    private static final Pattern REFERENCE = Pattern.compile("(\\$)?\\$\\{steps\\.(?:([A-Za-z0-9_-]+)\\.stdout(?::(/[^}]*))?\\})?");
    private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");

    /** A part of a text. */
    sealed interface Piece {
    }

    record Literal(String text) implements Piece {
    }

    /** @param pointer null for the whole output */
    record Reference(String stepId, JsonPointer pointer) implements Piece {
        @Override
        public String toString() {
            return MARK + stepId + ".stdout" + (pointer == null ? "" : ":" + pointer) + "}";
        }
    }

    /** Whether there is anything to take apart. */
    static boolean mentions(String text) {
        return text.contains(MARK);
    }

    /** @throws ExecutionException {@code INVALID_PLAN} when something begins like a reference and is none */
    static ReferenceText parse(String text) throws ExecutionException {
        var pieces = new ArrayList<Piece>();
        var matcher = REFERENCE.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                pieces.add(new Literal(text.substring(end, matcher.start())));
            }
            end = matcher.end();
            if (matcher.group(1) != null) {
                pieces.add(new Literal(matcher.group().substring(1)));
            } else if (matcher.group(2) != null) {
                pieces.add(new Reference(matcher.group(2), pointer(matcher.group(3))));
            } else {
                throw new ExecutionException(Problem.INVALID_PLAN, "not a reference: " + CommandText.quote(excerpt(text.substring(matcher.start())))
                        + "; try: ${steps.ID.stdout} or ${steps.ID.stdout:/member/0}, or $${steps. for the characters themselves");
            }
        }
        if (end < text.length()) {
            pieces.add(new Literal(text.substring(end)));
        }
        return new ReferenceText(pieces);
    }

    private static JsonPointer pointer(String text) throws ExecutionException {
        if (text != null && BAD_ESCAPE.matcher(text).find()) {
            throw new ExecutionException(Problem.INVALID_PLAN, "not a JSON Pointer: " + CommandText.quote(excerpt(text))
                    + "; try: ~0 for ~ and ~1 for / in names");
        }
        return text == null ? null : JsonPointer.compile(text);
    }

    private static String excerpt(String text) {
        int end = text.indexOf('}') + 1;
        return text.substring(0, Math.min(text.length(), end > 0 && end < 80 ? end : 80));
    }

    List<Reference> references() {
        return pieces.stream().filter(Reference.class::isInstance).map(Reference.class::cast).toList();
    }

    /** Whether the text is one reference and nothing else. */
    boolean isOneReference() {
        return pieces.size() == 1 && pieces.getFirst() instanceof Reference;
    }
}
