package cloudops.request.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import cloudops.request.internal.Phrases.Phrase;
import cloudops.storage.ResourceFilter;

/**
 * A prompt taken apart: what may be names, what narrows, and what is left.
 *
 * @param names what can only be a name, an ID or an ARN: quoted, or with digits or separators in it; as typed
 * @param givenNames names that the prompt gives to something new ("named X"): resources only when they fit exactly
 * @param words words that may be a name or describe one, in lower case
 * @param places words after a preposition, in lower case: "in staging"
 * @param place accounts, regions and tags that the prompt asks for; whatever is found must be there
 * @param types resource types that it speaks of; empty for any
 * @param states states that it speaks of; empty for any
 * @param refersBack whether it speaks of "it"
 */
record Prompt(Set<String> names, Set<String> givenNames, Set<String> words, Set<String> places, ResourceFilter place, List<String> types,
        List<String> states, boolean refersBack) {

    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[^\\s\"'<>|;`]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern TAGGED = Pattern.compile(
            "\\b(?:tagged|with (?:the )?tag|having (?:the )?tag)\\s+([^\\s=\"]{1,128})\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,;]+))",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "\"[^\"]*\"\\s*=\\s*(?:\"[^\"]*\"|\\S+)|(?<!\\S)[^\\s\"=]++\\s*=\\s*(?:\"[^\"]*\"|'[^']*'|\\S+)");
    private static final Pattern CONDITION = Pattern.compile("(?:\"([^\"]*)\"|(?<![^\\s,;(])([^\\s\"=,;(]++))\\s*=\\s*"
            + "(?:\"([^\"]*)\"|'([^']*)'|([^\\s,;]+))");
    /** The sentence orders to set or remove tags: then KEY=VALUE is what is set and no condition. */
    private static final Pattern TAGGING = Pattern.compile("^\\W*(?:(?:please|kindly|can|could|would|will|you|i|d|we|want|need|like|to|hey|hi|"
            + "hello|ok|okay|just|now|also|then|and|let's|go|ahead|how|do)\\W+)*(?:tag|untag|retag|label)\\b"
            + "|\\b(?:set|add|put|change|update|apply)\\s+(?:[^\\s=]+\\s+){0,3}(?:tags?|labels?)\\b"
            + "|\\b(?:remove|delete|drop)\\s+(?:(?:the|a|this|these|all)\\s+)*(?:tags?|labels?)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"|(?<!\\w)'([^']+)'(?!\\w)|\u201c([^\u201d]+)\u201d");
    private static final Pattern GIVEN = Pattern.compile("\\b(?:named|called|name)\\s+[\"']?([^\\s\"',;]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern REGION = Pattern.compile("([a-z]{2}(?:-[a-z]+){1,3}-[0-9])[a-z]?");
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");
    private static final Pattern NAME_LIKE = Pattern.compile("(?=.*[\\p{L}\\p{N}]).*[\\p{N}\\-_./:@].*");

    /** So many words after a preposition are still of the place: "in the old staging". */
    private static final int PLACE_REACH = 3;
    /** A state stands so many words before the type that it is said of, at most. */
    private static final int STATE_REACH = 3;

    static Prompt of(String text, Words vocabulary) {
        return new Reader(text, vocabulary).read();
    }

    /** What narrows, types and states included: what is looked for by description must fit all of it. */
    ResourceFilter filter() {
        return new ResourceFilter(place.accounts(), place.regions(), List.of(), types, states, place.tags());
    }

    boolean narrows() {
        return !filter().equals(ResourceFilter.ALL);
    }

    private static final class Reader {
        private final Words vocabulary;
        private String rest;
        private final Set<String> names = new LinkedHashSet<>();
        private final Set<String> given = new LinkedHashSet<>();
        private final Set<String> words = new LinkedHashSet<>();
        private final Set<String> places = new LinkedHashSet<>();
        private final Set<String> accounts = new LinkedHashSet<>();
        private final Set<String> regions = new LinkedHashSet<>();
        private final Set<String> types = new LinkedHashSet<>();
        private final Set<String> states = new LinkedHashSet<>();
        private final Map<String, String> tags = new TreeMap<>();

        Reader(String text, Words vocabulary) {
            this.vocabulary = vocabulary;
            rest = text.replace('\u2019', '\'');
        }

        Prompt read() {
            take(ARN, names);
            var tagged = TAGGED.matcher(rest);
            while (tagged.find()) {
                tags.put(tagged.group(1), tagged.group(2) == null ? tagged.group(3) : tagged.group(2));
            }
            rest = tagged.replaceAll(" ");
            if (!TAGGING.matcher(rest).find()) {
                conditions();
            }
            rest = ASSIGNMENT.matcher(rest).replaceAll(" ");
            var naming = GIVEN.matcher(rest);
            while (naming.find()) {
                given.add(naming.group(1).replaceAll("[.!?]+$", ""));
            }
            take(QUOTED, names);
            var raw = tokens(rest);
            var lower = raw.stream().map(token -> token.toLowerCase(Locale.ROOT)).toList();
            var taken = new boolean[raw.size()];
            var phrases = Phrases.in(lower, vocabulary);
            phrases(phrases.said(), lower, taken);
            accounts(lower, taken);
            words(raw, lower, taken, phrases.surroundings());
            names.removeAll(given);
            var refersBack = lower.stream().anyMatch(vocabulary.pronouns()::contains);
            return new Prompt(names, given, words, places,
                    new ResourceFilter(List.copyOf(accounts), List.copyOf(regions), List.of(), List.of(), List.of(), tags),
                    List.copyOf(types), List.copyOf(states), refersBack);
        }

        /** "all instances with env=prod": left out, it would widen what is meant. */
        private void conditions() {
            var condition = CONDITION.matcher(rest);
            while (condition.find()) {
                var key = condition.group(1) == null ? condition.group(2) : condition.group(1);
                var value = condition.group(3) == null ? condition.group(4) : condition.group(3);
                tags.put(key, value == null ? condition.group(5).replaceAll("[.!?)]+$", "") : value);
            }
        }

        private void take(Pattern pattern, Set<String> into) {
            rest = pattern.matcher(rest).replaceAll(match -> {
                for (int group = 1; group <= match.groupCount(); group++) {
                    if (match.group(group) != null) {
                        into.add(match.group(group).strip());
                    }
                }
                if (match.groupCount() == 0) {
                    into.add(match.group().replaceAll("[.,!?)]+$", ""));
                }
                return " ";
            });
        }

        private static List<String> tokens(String text) {
            var tokens = new ArrayList<String>();
            for (var token : text.split("[\\s\\p{Z},;|&<>()]+")) {
                var bare = token.replaceAll("^[\"'`]+|[\"'`.!?:]+$", "");
                if (!bare.isEmpty()) {
                    tokens.add(bare);
                }
            }
            return tokens;
        }

        /** Types, cities and states. */
        private void phrases(List<Phrase> said, List<String> tokens, boolean[] taken) {
            for (var phrase : said) {
                if (phrase.types() == null) {
                    regions.add(phrase.region());
                } else {
                    types.addAll(phrase.types());
                    stateBefore(tokens, phrase.at(), taken);
                }
                Arrays.fill(taken, phrase.at(), phrase.end(), true);
            }
            stateAfter(tokens, taken);
        }

        /** "stopped instances", "stopped web servers". */
        private void stateBefore(List<String> tokens, int type, boolean[] taken) {
            for (int at = type - 1; at >= 0 && at >= type - STATE_REACH; at--) {
                var state = vocabulary.states().get(tokens.get(at));
                if (state != null) {
                    states.addAll(state);
                    taken[at] = true;
                }
                if (state != null || vocabulary.common().contains(tokens.get(at))) {
                    return;
                }
            }
        }

        /** "instances that are stopped". */
        private void stateAfter(List<String> tokens, boolean[] taken) {
            for (int at = 1; at < tokens.size(); at++) {
                if (!taken[at] && tokens.get(at - 1).equals("are") && vocabulary.states().containsKey(tokens.get(at))) {
                    states.addAll(vocabulary.states().get(tokens.get(at)));
                    taken[at] = true;
                }
            }
        }

        /** "the staging account", "account staging", a 12-digit ID. */
        private void accounts(List<String> tokens, boolean[] taken) {
            for (int at = 0; at < tokens.size(); at++) {
                if (ACCOUNT_ID.matcher(tokens.get(at)).matches()) {
                    accounts.add(tokens.get(at));
                    taken[at] = true;
                }
                if (tokens.get(at).equals("account")) {
                    for (int beside : new int[] { at - 1, at + 1 }) {
                        if (beside >= 0 && beside < tokens.size() && !taken[beside] && !vocabulary.common().contains(tokens.get(beside))) {
                            accounts.add(tokens.get(beside));
                            taken[beside] = true;
                            break;
                        }
                    }
                }
            }
        }

        private void words(List<String> raw, List<String> lower, boolean[] taken, BitSet surroundings) {
            int sincePreposition = PLACE_REACH;
            for (int at = 0; at < raw.size(); at++) {
                var word = lower.get(at);
                sincePreposition = vocabulary.prepositions().contains(word) || surroundings.get(at) ? 0 : sincePreposition + 1;
                var region = REGION.matcher(word);
                if (taken[at] || vocabulary.common().contains(word) || word.startsWith("-") || word.contains("://")) {
                    continue;
                }
                if (region.matches()) {
                    regions.add(region.group(1));
                } else if (NAME_LIKE.matcher(word).matches()) {
                    names.add(raw.get(at));
                } else {
                    words.add(word);
                    if (sincePreposition <= PLACE_REACH) {
                        places.add(word);
                    }
                }
            }
        }
    }

    /** The parts of a name or description that can be looked for one by one. */
    static List<String> terms(String text) {
        return List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")).stream()
                .filter(term -> !term.isEmpty()).distinct().collect(Collectors.toList());
    }
}
