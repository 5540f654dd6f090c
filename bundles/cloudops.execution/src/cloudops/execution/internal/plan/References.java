package cloudops.execution.internal.plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.PlanProblem;
import cloudops.execution.internal.plan.ReferenceText.Literal;
import cloudops.execution.internal.plan.ReferenceText.Reference;
import cloudops.execution.internal.plan.RequestTexts.Place;

/**
 * References to outputs in requests: where they stand, and values put in their place. Values are text from outside, perhaps from somebody who
 * chose the name of a resource with care: one that could be taken for anything but a plain value is refused.
 */
final class References {

    static final int MAX_VALUE_BYTES = 32 * 1024;

    /** Read by the AWS CLI from elsewhere. */
    private static final List<String> ADDRESSES = List.of("file://", "fileb://", "http://", "https://");
    /** Within a text, a value must not end what the author began: no separators of JSON or of the CLI's shorthand, no quotes, no space. */
    private static final Pattern INNER = Pattern.compile("[^\\s,;=\"'`\\\\{}\\[\\]()<>|&$*?!#%~^]+");

    private References() {
    }

    /** A reference and its place in the request's JSON. */
    record Use(String pointer, Reference reference) {
    }

    /** Finds what an output is to take the place of. */
    @FunctionalInterface
    interface Values {
        /** @throws ExecutionException when there is no such value, saying why */
        String of(Reference reference) throws ExecutionException;
    }

    /** @param problems gets what is wrong with them, apart from which step they name */
    static List<Use> in(ExecutionRequest request, List<PlanProblem> problems) {
        var uses = new ArrayList<Use>();
        try {
            RequestTexts.map(request, (pointer, place, text) -> {
                try {
                    for (var reference : parsed(place, text).references()) {
                        uses.add(new Use(pointer, reference));
                    }
                } catch (ExecutionException e) {
                    problems.add(new PlanProblem(pointer, e.getMessage()));
                }
                return text;
            });
        } catch (ExecutionException e) {
            problems.add(new PlanProblem("/command/params", e.getMessage()));
        }
        return uses;
    }

    private static ReferenceText parsed(Place place, String text) throws ExecutionException {
        if (!ReferenceText.mentions(text)) {
            return new ReferenceText(List.of());
        }
        var parsed = ReferenceText.parse(text);
        if (!parsed.references().isEmpty()) {
            var first = parsed.references().getFirst();
            if (place == Place.NONE) {
                throw new ExecutionException(Problem.INVALID_PLAN, first + " may not stand here, where an output would decide what is run, where or"
                        + " as whom; try: an argument of a program that runs none of its arguments, or the value of a variable STEP_…");
            }
            if (place == Place.WHOLE && !parsed.isOneReference()) {
                throw new ExecutionException(Problem.INVALID_PLAN, first + " must be the whole argument; try: an argument of its own");
            }
        }
        return parsed;
    }

    /** @return the request with values in place of the references; empty when it has none and is to run as it is */
    static Optional<ExecutionRequest> replaced(ExecutionRequest request, Values values) throws ExecutionException {
        var touched = new boolean[1];
        var replaced = RequestTexts.map(request, (pointer, place, text) -> {
            if (place == Place.NONE || !ReferenceText.mentions(text)) {
                return text;
            }
            touched[0] = true;
            return filled(parsed(place, text), values);
        });
        return touched[0] ? Optional.of(replaced) : Optional.empty();
    }

    private static String filled(ReferenceText text, Values values) throws ExecutionException {
        var filled = new StringBuilder();
        for (var piece : text.pieces()) {
            switch (piece) {
                case Literal literal -> filled.append(literal.text());
                case Reference reference -> {
                    var value = values.of(reference);
                    requirePlain(reference, value);
                    if (!text.isOneReference() && !INNER.matcher(value).matches()) {
                        throw refused(reference, "has characters that could end the text around it; try: the reference as an argument of its own");
                    }
                    filled.append(value);
                }
            }
        }
        requireNoNewAddress(text, filled.toString());
        return filled.toString();
    }

    private static void requirePlain(Reference reference, String value) throws ExecutionException {
        if (value.codePoints().allMatch(character -> Character.isWhitespace(character) || Character.isSpaceChar(character))) {
            throw refused(reference, "is empty");
        }
        if (value.startsWith("-") || value.startsWith("@")) {
            throw refused(reference, "begins with " + value.charAt(0) + " and could be taken for an option or a file");
        }
        var lower = value.toLowerCase(Locale.ROOT);
        for (var address : ADDRESSES) {
            if (lower.contains(address)) {
                throw refused(reference, "has " + address + ", from which it could be read");
            }
        }
        var strange = value.codePoints().filter(References::isStrange).findFirst();
        if (strange.isPresent()) {
            throw refused(reference, String.format("has the character U+%04X, which is no part of a plain value", strange.getAsInt()));
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_VALUE_BYTES) {
            throw refused(reference, "has " + bytes + " bytes, more than " + MAX_VALUE_BYTES);
        }
    }

    /** Control characters, those that turn the direction of writing around, and halves of characters. */
    private static boolean isStrange(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> switch (Character.getDirectionality(character)) {
                case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING, Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
                        Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING, Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
                        Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT, Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
                        Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE, Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
                        Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE -> true;
                default -> false;
            };
        };
    }

    /** An address could come about where a value meets the text around it. */
    private static void requireNoNewAddress(ReferenceText text, String filled) throws ExecutionException {
        for (var address : ADDRESSES) {
            boolean authors = text.pieces().stream()
                    .anyMatch(piece -> piece instanceof Literal literal && literal.text().toLowerCase(Locale.ROOT).contains(address));
            if (!authors && filled.toLowerCase(Locale.ROOT).contains(address)) {
                throw refused(text.references().getFirst(), "makes an address with " + address + " of the text around it");
            }
        }
    }

    /** Without the value: it is from the estate, and messages go into logs. */
    private static ExecutionException refused(Reference reference, String why) {
        return new ExecutionException(Problem.INVALID_REQUEST, "the value of " + reference + " " + why + ": refused");
    }
}
