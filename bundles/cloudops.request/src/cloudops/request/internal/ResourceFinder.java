package cloudops.request.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;

/**
 * Finds what a prompt names: exactly where it can, else by description; and nothing besides, for what is found is sent to the agent.
 *
 * <p>{@link Match#by()} is {@code exact_name} or {@code exact_id} for what the prompt names in full, {@code words} for what has as many of
 * its words as anything has, {@code filter} for what is of the type, place and state that it speaks of without any other word,
 * {@link Match#PART} for the first of these when they are too many to be sent, and {@code meaning} for what is only near.
 */
final class ResourceFinder {

    /** Never acted on without asking. */
    private static final Match NEAR = new Match(0.5, "meaning");
    private static final int MOST_NAMES = 16;
    private static final int MOST_LISTED = 100;
    private static final int MOST_DESCRIBED = 25;
    private static final int MOST_NEAR = 5;
    private static final int SEARCHED = 50;

    private final EstateStorage storage;
    private final Words vocabulary;

    ResourceFinder(EstateStorage storage, Words vocabulary) {
        this.storage = storage;
        this.vocabulary = vocabulary;
    }

    /** Best first. */
    List<IdentifiedResource> find(Prompt prompt) throws StorageException {
        var found = new LinkedHashMap<ResourceKey, IdentifiedResource>();
        var unknown = new ArrayList<String>();
        for (var name : limited(prompt.names())) {
            if (!addExact(name, prompt, found)) {
                unknown.add(name);
            }
        }
        for (var name : limited(prompt.givenNames())) {
            addExact(name, prompt, found);
        }
        // A word alone is a name only if nothing else was named: "stop web-1 for maintenance" is not about a server called maintenance.
        if (found.isEmpty() && unknown.isEmpty()) {
            for (var word : limited(prompt.words())) {
                if (!prompt.places().contains(word)) {
                    addExact(word, prompt, found);
                }
            }
        }
        for (var name : unknown) {
            addSimilar(name, prompt, found);
        }
        if (found.isEmpty() && unknown.isEmpty()) {
            describe(prompt, found);
        }
        return List.copyOf(found.values());
    }

    private boolean addExact(String name, Prompt prompt, Map<ResourceKey, IdentifiedResource> found) throws StorageException {
        var hits = storage.search(name, prompt.place(), SEARCHED).stream().filter(hit -> isExactly(hit.resource(), name)).toList();
        for (var resource : preferred(hits.stream().map(SearchHit::resource).toList(), prompt)) {
            var by = resource.name().equalsIgnoreCase(name) ? "exact_name" : "exact_id";
            found.putIfAbsent(resource.key(), new IdentifiedResource(resource, new Match(1, by)));
        }
        return !hits.isEmpty();
    }

    private static boolean isExactly(AwsResource resource, String name) {
        return resource.name().equalsIgnoreCase(name) || resource.identifier().equalsIgnoreCase(name) || resource.arn().equalsIgnoreCase(name);
    }

    /** Those of the types and places that the prompt speaks of, where there are such; people also call a database a server. */
    private List<AwsResource> preferred(List<AwsResource> namesakes, Prompt prompt) {
        if (namesakes.size() < 2) {
            return namesakes;
        }
        var ofType = namesakes.stream().filter(each -> prompt.types().contains(each.resourceType())).toList();
        var left = ofType.isEmpty() ? namesakes : ofType;
        var places = new Coverage(vocabulary, prompt.places());
        int best = left.stream().mapToInt(places::of).max().orElse(0);
        return left.stream().filter(each -> places.of(each) == best).toList();
    }

    /** What has all parts of a name that nothing has in full; if there is none and nothing else was found, what comes nearest. */
    private void addSimilar(String name, Prompt prompt, Map<ResourceKey, IdentifiedResource> found) throws StorageException {
        var coverage = new Coverage(vocabulary, List.of(name));
        var hits = storage.search(name, prompt.filter(), SEARCHED);
        int best = hits.stream().mapToInt(hit -> coverage.ofName(hit.resource())).max().orElse(0);
        if (best == 0) {
            if (found.isEmpty()) {
                near(hits, found);
            }
            return;
        }
        var similar = Originals.of(hits.stream().map(SearchHit::resource).filter(each -> coverage.ofName(each) == best).toList());
        var whole = best == coverage.size();
        if (similar.stream().anyMatch(each -> found.containsKey(each.key())) || !whole && !found.isEmpty()) {
            return;
        }
        similar.stream().limit(whole ? MOST_DESCRIBED : MOST_NEAR).forEach(each -> found.put(each.key(),
                new IdentifiedResource(each, whole ? new Match(0.9, "words") : NEAR)));
    }

    /** A typing error, perhaps: what the search found by words and not by meaning alone. */
    private static void near(List<SearchHit> hits, Map<ResourceKey, IdentifiedResource> found) {
        hits.stream().filter(hit -> hit.matchedBy().contains("words")).limit(MOST_NEAR)
                .forEach(hit -> found.put(hit.resource().key(), new IdentifiedResource(hit.resource(), NEAR)));
    }

    private void describe(Prompt prompt, Map<ResourceKey, IdentifiedResource> found) throws StorageException {
        var coverage = new Coverage(vocabulary, prompt.words());
        if (coverage.size() == 0) {
            if (prompt.narrows()) {
                list(prompt.filter(), new Match(1, "filter"), found);
            }
            return;
        }
        var hits = storage.search(String.join(" ", prompt.words()), prompt.filter(), SEARCHED);
        int best = hits.stream().mapToInt(hit -> coverage.of(hit.resource())).max().orElse(0);
        if (best > 0) {
            Originals.of(hits.stream().map(SearchHit::resource).filter(each -> coverage.of(each) == best).toList()).stream()
                    .limit(MOST_DESCRIBED).forEach(each -> found.put(each.key(), new IdentifiedResource(each,
                            new Match(0.6 + 0.3 * coverage.ofName(each) / coverage.size(), "words"))));
        } else if (prompt.narrows()) {
            list(prompt.filter(), NEAR, found);
        } else {
            near(hits, found);
        }
    }

    private void list(ResourceFilter filter, Match match, Map<ResourceKey, IdentifiedResource> found) throws StorageException {
        var first = new ArrayList<AwsResource>();
        storage.list(filter, resource -> {
            if (first.size() <= MOST_LISTED) {
                first.add(resource);
            }
        });
        var told = first.size() > MOST_LISTED ? new Match(match.score(), Match.PART) : match;
        first.stream().limit(MOST_LISTED).forEach(each -> found.put(each.key(), new IdentifiedResource(each, told)));
    }

    private static List<String> limited(Collection<String> names) {
        return names.stream().limit(MOST_NAMES).toList();
    }
}
