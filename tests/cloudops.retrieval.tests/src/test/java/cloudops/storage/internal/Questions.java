package cloudops.storage.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import cloudops.model.AwsResource;
import cloudops.storage.internal.GeneratedEstate.App;
import cloudops.storage.internal.GeneratedEstate.Kind;
import cloudops.storage.internal.GeneratedEstate.Made;
import cloudops.storage.internal.GeneratedEstate.Stage;
import cloudops.storage.internal.Question.Sort;

/**
 * What people type into the search box over a {@link GeneratedEstate}. What is relevant follows from the estate alone: the names and IDs that
 * have what was typed in them, the names that take the fewest keys to be made of it, the facts that were asked for.
 */
final class Questions {

    static final int OF_EACH_SORT = 30;

    private static final String KEYS = "qwertyuiop asdfghjkl zxcvbnm";

    private static final Pattern LETTERS = Pattern.compile("[a-zA-Z]{4,}");

    private final GeneratedEstate estate;

    private final Random random;

    private final Map<String, List<Made>> byName;

    private Questions(GeneratedEstate estate, long seed) {
        this.estate = estate;
        random = new Random(seed);
        byName = estate.all.stream().filter(made -> !made.resource().name().equals(made.resource().identifier()) || !made.resource().name().matches("(i|vol)-.*"))
                .collect(groupingBy(made -> lower(made.resource().name())));
    }

    static List<Question> about(GeneratedEstate estate, long seed) {
        var questions = new Questions(estate, ~seed);
        var all = new ArrayList<Question>();
        for (int i = 0; i < OF_EACH_SORT; i++) {
            int turn = i;
            all.add(questions.answerable(() -> questions.exact(turn)));
            all.add(questions.answerable(() -> questions.partial(turn)));
            all.add(questions.answerable(() -> questions.typo(turn)));
            all.add(questions.answerable(() -> questions.meaning(turn)));
            all.add(questions.answerable(() -> questions.tags(turn)));
            all.add(questions.answerable(() -> questions.nearlyIdentical(turn)));
        }
        return all;
    }

    /** Nobody asks for what is not there: another try then. */
    private Question answerable(Supplier<Question> question) {
        for (int tries = 0; tries < 10_000; tries++) {
            var next = question.get();
            if (!next.relevant().isEmpty()) {
                return next;
            }
        }
        throw new IllegalStateException("the estate has nothing to ask for");
    }

    private Question exact(int turn) {
        var made = any(estate.all).resource();
        return switch (turn % 6) {
            case 0 -> question(Sort.EXACT, made.identifier(), other -> other.identifier().equalsIgnoreCase(made.identifier()));
            case 1 -> question(Sort.EXACT, made.arn(), other -> other.arn().equals(made.arn()));
            case 2 -> question(Sort.EXACT, made.name().toUpperCase(Locale.ROOT), other -> other.name().equalsIgnoreCase(made.name()));
            case 3 -> question(Sort.EXACT, "restart " + made.name(), other -> other.name().equalsIgnoreCase(made.name()));
            default -> question(Sort.EXACT, made.name(), other -> other.name().equalsIgnoreCase(made.name()));
        };
    }

    /** The start of an ID or name, a piece out of a name, or some of its words. */
    private Question partial(int turn) {
        var name = anyName();
        switch (turn % 4) {
            case 0 -> {
                var id = any(estate.where(made -> made.kind() == Kind.SERVER || made.kind() == Kind.DISK)).resource().identifier();
                var typed = id.substring(0, id.indexOf('-') + 6 + random.nextInt(4));
                return question(Sort.PARTIAL, typed, other -> other.identifier().startsWith(typed));
            }
            case 1 -> {
                var typed = name.substring(0, Math.max(5, name.length() * 2 / 3));
                return question(Sort.PARTIAL, typed, other -> lower(other.name()).contains(typed));
            }
            case 2 -> {
                int start = random.nextInt(3) + 2;
                var typed = start + 7 > name.length() ? name : name.substring(start, Math.max(start + 7, name.length() - random.nextInt(3)));
                return question(Sort.PARTIAL, typed, other -> lower(other.name()).contains(typed));
            }
            default -> {
                var words = List.of(any(byName.get(name)).resource().name().split("[-_.]|(?<=[a-z])(?=[A-Z])"));
                int skipped = random.nextInt(words.size());
                var typed = new ArrayList<>(words);
                typed.remove(skipped);
                var some = typed.stream().map(Questions::lower).toList();
                return question(Sort.PARTIAL, String.join(" ", some), other -> hasInOrder(lower(other.name()), some));
            }
        }
    }

    private static boolean hasInOrder(String name, List<String> words) {
        int from = 0;
        for (var word : words) {
            int at = name.indexOf(word, from);
            if (at < 0) {
                return false;
            }
            from = at + word.length();
        }
        return true;
    }

    /** A finger slips once, in a long name perhaps twice; the names that need the fewest keys changed are meant. */
    private Question typo(int turn) {
        var name = anyName();
        var typed = slipped(name);
        if (turn % 3 == 0 && name.length() > 16) {
            typed = slipped(typed);
        }
        return nearest(Sort.TYPO, typed);
    }

    private Question nearest(Sort sort, String typed) {
        int fewest = byName.keySet().stream().mapToInt(other -> keysChanged(typed, other)).min().orElseThrow();
        return question(sort, typed, other -> keysChanged(typed, lower(other.name())) == fewest);
    }

    private String slipped(String text) {
        var words = LETTERS.matcher(text).results().toList();
        if (words.isEmpty()) {
            return text;
        }
        var word = words.get(random.nextInt(words.size()));
        int at = word.start() + random.nextInt(word.group().length() - 1);
        char key = text.charAt(at);
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + text.charAt(at + 1) + key + text.substring(at + 2);
            case 1 -> text.substring(0, at) + text.substring(at + 1);
            case 2 -> text.substring(0, at) + key + text.substring(at);
            default -> text.substring(0, at) + beside(key) + text.substring(at + 1);
        };
    }

    private static char beside(char key) {
        int at = KEYS.indexOf(Character.toLowerCase(key));
        char right = KEYS.charAt(Math.min(at + 1, KEYS.length() - 1));
        return right == ' ' || right == key ? KEYS.charAt(at - 1) : right;
    }

    /** By what it is, what it is for and where: in words of which the record may have not one. */
    private Question meaning(int turn) {
        var app = any(List.of(App.values()));
        var stage = any(List.of(Stage.values()));
        var kind = any(List.of(Kind.values()));
        var region = any(GeneratedEstate.REGIONS);
        var said = any(kind.said);
        Predicate<Made> isKind = made -> made.kind() == kind;
        return switch (turn % 6) {
            case 0 -> facts(any(stage.said) + " " + said + " of " + app.word, isKind.and(made -> made.stage() == stage && made.app() == app));
            case 1 -> facts(app.word + " " + said + " in " + region.city(), isKind.and(made -> made.app() == app && made.region() == region));
            case 2 -> {
                var engine = any(List.of("postgres", "mysql", "mariadb"));
                var typed = engine.equals("postgres") ? any(List.of("postgresql", "postgres", "pg")) : engine;
                yield facts(typed + " databases in " + any(stage.said) + " in " + region.city(),
                        made -> engine.equals(made.engine()) && made.stage() == stage && made.region() == region);
            }
            case 3 -> facts(said + " for " + app.otherWords, isKind.and(made -> made.app() == app));
            case 4 -> facts("the " + any(stage.said) + " " + said + " in " + region.city() + " for " + app.word,
                    isKind.and(made -> made.stage() == stage && made.region() == region && made.app() == app));
            default -> facts("stopped " + any(Kind.SERVER.said) + " in " + any(stage.said) + " in " + region.city(),
                    made -> "stopped".equals(made.resource().state()) && made.stage() == stage && made.region() == region);
        };
    }

    private Question facts(String text, Predicate<Made> relevant) {
        return new Question(Sort.MEANING, text, estate.where(relevant).stream().map(made -> made.resource().key()).collect(toSet()));
    }

    /** One or two tags of something that has them, as they are typed; upper and lower case are the same, as in names. */
    private Question tags(int turn) {
        var tags = any(estate.all).resource().tags().entrySet().stream().filter(tag -> !tag.getKey().equals("Name")).toList();
        var one = any(tags);
        var other = any(tags);
        var text = switch (turn % 3) {
            case 0 -> one.getKey() + "=" + one.getValue() + (one.equals(other) ? "" : " " + other.getKey() + "=" + other.getValue());
            case 1 -> one.getKey() + " " + one.getValue() + (one.equals(other) ? "" : " " + other.getKey() + " " + other.getValue());
            default -> one.getKey() + ":" + one.getValue();
        };
        return question(Sort.TAGS, text, resource -> has(resource, one) && (turn % 3 == 2 || has(resource, other)));
    }

    private static boolean has(AwsResource resource, Map.Entry<String, String> tag) {
        return resource.tags().entrySet().stream()
                .anyMatch(own -> own.getKey().equalsIgnoreCase(tag.getKey()) && own.getValue().equalsIgnoreCase(tag.getValue()));
    }

    /** One of a pair such as {@code web-1} and {@code web-2}, not written as it is: just that one is meant. */
    private Question nearlyIdentical(int turn) {
        var name = anyName();
        var twin = byName.keySet().stream().anyMatch(other -> !other.equals(name) && keysChanged(name, other) == 1);
        if (!twin) {
            return new Question(Sort.NEARLY_IDENTICAL, name, java.util.Set.of());
        }
        var original = any(byName.get(name)).resource().name();
        return switch (turn % 3) {
            case 0 -> question(Sort.NEARLY_IDENTICAL, lower(original.replaceAll("[-_.]|(?<=[a-z])(?=[A-Z])", " ")), other -> lower(other.name()).equals(name));
            case 1 -> question(Sort.NEARLY_IDENTICAL, name.replaceAll("[-_.]", ""), other -> lower(other.name()).equals(name));
            default -> nearest(Sort.NEARLY_IDENTICAL, slipped(name));
        };
    }

    private Question question(Sort sort, String text, Predicate<AwsResource> relevant) {
        return new Question(sort, text,
                estate.all.stream().map(Made::resource).filter(relevant).map(AwsResource::key).collect(toSet()));
    }

    private String anyName() {
        return any(byName.keySet().stream().sorted().toList());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private <T> T any(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }

    /** Letters wrong, missing, too much, or two neighbours swapped (optimal string alignment). */
    static int keysChanged(String one, String other) {
        var before = new int[other.length() + 1];
        var last = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            var now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(last[j] + 1, now[j - 1] + 1), last[j - 1] + same);
                if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1)) {
                    now[j] = Math.min(now[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = now;
        }
        return last[other.length()];
    }
}
