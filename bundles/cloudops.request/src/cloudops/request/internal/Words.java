package cloudops.request.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import cloudops.json.Json;

/**
 * The words of prompts that name no resource but narrow what is meant, from {@code words.json}.
 *
 * @param common words that are never looked up as names unless they are quoted
 * @param pronouns words for what was spoken of before
 * @param prepositions words before a place
 * @param types phrases, in the singular, for resource types that people give orders about
 * @param surroundings the same for types that are named as often to say where or what kind of a thing another is: "the servers behind the
 *        load balancer", "the lambda role"; those that mean their type in the plural only are in the plural
 * @param inside words between a thing and its surroundings
 * @param states words for states, and the services' own words for them
 * @param cities regions by what people call them; source: the AWS page "Regions and Zones"
 * @param same groups of words that mean the same
 */
record Words(Set<String> common, Set<String> pronouns, Set<String> prepositions, Map<String, List<String>> types,
        Map<String, List<String>> surroundings, Set<String> inside, Map<String, List<String>> states, Map<String, String> cities,
        List<Set<String>> same) {

    static Words read() {
        try (var in = Words.class.getResourceAsStream("words.json")) {
            return Json.mapper().readValue(in, Words.class);
        } catch (IOException e) {
            throw new UncheckedIOException("words.json inside the bundle cannot be read", e);
        }
    }

    /** {@code word} and what means the same. */
    Set<String> sameAs(String word) {
        var all = new TreeSet<String>();
        all.add(word);
        same.stream().filter(group -> group.contains(word)).forEach(all::addAll);
        return all;
    }
}
