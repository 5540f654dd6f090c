package cloudops.agent.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.model.AwsResource;

/**
 * Which of the identified resources an operation is meant for. An ARN beats a name, an exact name or ID beats what is only similar, and
 * between resources that fit equally nobody guesses.
 */
sealed interface Targets {

    /** @param exact whether each was named exactly */
    record Chosen(List<AwsResource> resources, boolean exact) implements Targets {
    }

    /** @param named what the user called them; null when the prompt only describes them @param candidates equally good, best first */
    record Ambiguous(String named, List<AwsResource> candidates) implements Targets {
    }

    /** @param others resources that fit the prompt but not the operation */
    record None(List<AwsResource> others) implements Targets {
    }

    /** A fuzzy match within this share of the best one is as good. */
    double AS_GOOD = 0.8;

    /** @param fits the operation has a playbook for such a resource */
    static Targets of(Sentence sentence, List<IdentifiedResource> identified, Predicate<AwsResource> fits, Words words) {
        var exact = identified.stream()
                .filter(each -> each.match().by().startsWith("exact"))
                .map(IdentifiedResource::resource)
                .filter(each -> sentence.mention(each).isPresent() || !words.isOperation(each.name().toLowerCase(Locale.ROOT)))
                .toList();
        var similar = identified.stream().filter(each -> !each.match().by().startsWith("exact")).toList();
        if (exact.isEmpty()) {
            return ofSimilar(sentence, similar, fits, words);
        }
        var chosen = new LinkedHashSet<AwsResource>();
        var byName = new LinkedHashMap<String, List<AwsResource>>();
        for (var resource : exact) {
            if (sentence.namesByArn(resource)) {
                chosen.add(resource);
            } else {
                byName.computeIfAbsent(sentence.mention(resource).orElse(resource.name().toLowerCase(Locale.ROOT)), any -> new ArrayList<>())
                        .add(resource);
            }
        }
        for (var named : byName.entrySet()) {
            // A name is explained when the prompt also gives the ARN of one that bears it.
            if (chosen.stream().anyMatch(one -> isCalled(one, named.getKey()))) {
                continue;
            }
            var fitting = named.getValue().stream().filter(fits).toList();
            if (fitting.size() > 1) {
                return new Ambiguous(named.getKey(), fitting);
            }
            chosen.addAll(fitting);
        }
        chosen.removeIf(fits.negate());
        if (chosen.isEmpty()) {
            return new None(exact);
        }
        var unresolved = similar.stream().map(IdentifiedResource::resource).filter(fits).filter(Predicate.not(chosen::contains)).toList();
        return unresolved.isEmpty() ? new Chosen(List.copyOf(chosen), true) : new Ambiguous(null, unresolved);
    }

    private static boolean isCalled(AwsResource resource, String name) {
        return resource.name().equalsIgnoreCase(name) || resource.identifier().equalsIgnoreCase(name);
    }

    private static Targets ofSimilar(Sentence sentence, List<IdentifiedResource> similar, Predicate<AwsResource> fits, Words words) {
        var fitting = similar.stream()
                .filter(each -> fits.test(each.resource()))
                .sorted(Comparator.comparingDouble((IdentifiedResource each) -> -each.match().score()))
                .toList();
        if (fitting.isEmpty()) {
            return new None(similar.stream().map(IdentifiedResource::resource).toList());
        }
        var everyOne = fitting.stream().map(IdentifiedResource::resource).toList();
        if (sentence.has(words::isAll) && fitting.stream().allMatch(each -> each.match().by().equals("filter"))) {
            return new Chosen(everyOne, false);
        }
        var best = fitting.stream()
                .filter(each -> each.match().score() >= AS_GOOD * fitting.getFirst().match().score())
                .map(IdentifiedResource::resource)
                .toList();
        var onlyByMeaning = fitting.getFirst().match().by().equals("meaning");
        return best.size() == 1 && !onlyByMeaning ? new Chosen(best, false) : new Ambiguous(null, best);
    }
}
