package cloudops.request.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import cloudops.model.AwsResource;

/** How many of the words that the user typed a resource has: in its name, its tags, its account, its facts. */
final class Coverage {

    private static final int SHORTEST_BEGINNING = 2;

    private final Words vocabulary;
    private final List<String> terms;

    Coverage(Words vocabulary, Collection<String> terms) {
        this.vocabulary = vocabulary;
        this.terms = terms.stream().flatMap(term -> Prompt.terms(term).stream()).distinct().toList();
    }

    int size() {
        return terms.size();
    }

    /** So many of the terms {@code resource} has anywhere. */
    int of(AwsResource resource) {
        var words = new HashSet<>(Prompt.terms(resource.name() + " " + resource.identifier() + " " + resource.accountName() + " "
                + resource.accountId() + " " + resource.resourceType() + " " + resource.state()));
        resource.tags().forEach((key, value) -> words.addAll(Prompt.terms(key + " " + value)));
        resource.metadata().values().forEach(value -> {
            if (value instanceof String text) {
                words.addAll(Prompt.terms(text));
            }
        });
        return count(words);
    }

    /** So many of the terms its name or ID has. */
    int ofName(AwsResource resource) {
        return count(new HashSet<>(Prompt.terms(resource.name() + " " + resource.identifier())));
    }

    private int count(Set<String> words) {
        return (int) terms.stream().filter(term -> has(words, term)).count();
    }

    private boolean has(Set<String> words, String term) {
        var singular = term.length() > 3 && term.endsWith("s") ? term.substring(0, term.length() - 1) : term;
        return vocabulary.sameAs(term).stream().anyMatch(words::contains)
                || words.stream().anyMatch(word -> singular.length() >= SHORTEST_BEGINNING && word.startsWith(singular));
    }
}
