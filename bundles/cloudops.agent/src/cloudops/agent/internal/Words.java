package cloudops.agent.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import cloudops.json.Json;

/** The words by which people name operations, from {@code words.json}. Immutable. */
final class Words {

    /**
     * The file. A phrase is words in a row; {@code ~} stands for up to six words or names in between, {@code _} for up to three words that
     * are no resource's name.
     *
     * @param leading nouns that name an operation only when no other word before them does: "snapshot web-1", not "stop the snapshot server"
     * @param readOnly operations that run nothing
     * @param exclusions words that take something out of what is meant: "all except"
     * @param nounAfter words after which a word that may be a verb is none: "before the upgrade"
     */
    record File(Map<String, List<String>> operations, Map<String, List<String>> leading, List<String> readOnly, List<String> polite,
            List<String> mayI, List<String> listQuestions, List<String> describeQuestions, List<String> negations,
            List<String> exclusions, List<String> nounAfter, List<String> all, Map<String, String> orders, Map<String, String> labels) {
    }

    /** @param literals how many words it names, the measure of how exact it is */
    record Phrase(String operation, List<String> parts, boolean leading, int literals) {
        static Phrase of(String operation, String text, boolean leading) {
            var parts = List.of(text.split(" "));
            return new Phrase(operation, parts, leading, (int) parts.stream().filter(part -> !isGap(part)).count());
        }

        static boolean isGap(String part) {
            return part.equals("~") || part.equals("_");
        }
    }

    private final File file;
    private final List<Phrase> phrases = new ArrayList<>();
    private final Set<String> single;

    Words() {
        try (var in = Words.class.getResourceAsStream("words.json")) {
            file = Json.mapper().readValue(in, File.class);
        } catch (IOException e) {
            throw new UncheckedIOException("words.json inside the bundle cannot be read", e);
        }
        file.operations().forEach((operation, texts) -> texts.forEach(text -> phrases.add(Phrase.of(operation, text, false))));
        file.leading().forEach((operation, texts) -> texts.forEach(text -> phrases.add(Phrase.of(operation, text, true))));
        single = Stream.concat(phrases.stream().filter(phrase -> phrase.parts().size() == 1).map(phrase -> phrase.parts().getFirst()),
                file.all().stream()).collect(Collectors.toUnmodifiableSet());
    }

    List<Phrase> phrases() {
        return phrases;
    }

    /** Whether {@code word} alone names an operation: a resource of that name must be quoted to be meant. */
    boolean isOperation(String word) {
        return single.contains(word);
    }

    boolean isReadOnly(String operation) {
        return file.readOnly().contains(operation);
    }

    boolean isNegation(String word) {
        return file.negations().contains(word);
    }

    List<String> exclusions() {
        return file.exclusions();
    }

    boolean makesNoun(String word) {
        return file.nounAfter().contains(word);
    }

    boolean isAll(String word) {
        return file.all().contains(word);
    }

    List<String> polite() {
        return file.polite();
    }

    List<String> mayI() {
        return file.mayI();
    }

    List<String> listQuestions() {
        return file.listQuestions();
    }

    List<String> describeQuestions() {
        return file.describeQuestions();
    }

    /** What people call a resource of {@code type}: "RDS instance". */
    String label(String type) {
        return file.labels().getOrDefault(type, type.replace('_', ' '));
    }

    /** With its article: "an RDS instance", "a NAT gateway". */
    String oneOf(String type) {
        var label = label(type);
        return (label.matches("[AEIOaeio].*|[FHLMRSX][A-Z0-9].*") ? "an " : "a ") + label;
    }

    /** The operation as it stands before its object: "make an image of". */
    String order(String operation) {
        return file.orders().getOrDefault(operation, readable(operation));
    }

    /** {@code create_image} → "create image". */
    static String readable(String operation) {
        return operation.replace('_', ' ');
    }
}
