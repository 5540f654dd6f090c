package cloudops.execution.internal;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what is shown and kept. They are told by the names in front of them and by what programs are known to take: a net with
 * small meshes, which lets through what has no name. Takes time in proportion to the text: an argument may have megabytes, so every pattern
 * begins with a word that is rare, or is tried at one place only, and repeats without limit only what it never gives back.
 */
final class Secrets {

    static final String REDACTED = "***";

    /** What names a secret, anywhere in a name: {@code MasterUserPassword}. */
    private static final String KEY = "(?:password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key"
            + "|access[-_]?key(?![-_]?id)|credential)";
    private static final String KEY_TO_END = KEY + "[\\w.-]{0,100}+";
    private static final String NAME = "[\\w.-]{0,100}" + KEY + "[\\w.-]{0,100}";
    /** As the last part of a header's name; not {@code ExpiredTokenException: the token …}. */
    private static final String HEADER = "(?:authorization|cookie|(?<![a-z])token|(?<![a-z])secret|password|passwd|passphrase|api-?key|access-?key"
            + "|private-?key|credentials?)";
    private static final String SCHEME = "(?:(?:basic|bearer|digest|negotiate|token|apikey)\\s++)?+";
    /** A value within a text: in quotes, else up to what ends a word. */
    private static final String VALUE = "(?:\"(?:\\\\.|[^\"\\\\])*+\"?|'[^']*+'?|[^\\s,;&}\"']++)";

    /** What is replaced wherever it stands. */
    private static final List<Rule> IN_TEXT = List.of(
            // {"password": "x"}, also within a string of JSON
            Rule.of("(\"" + NAME + "\"\\s*+:\\s*+)\"(?:\\\\.|[^\"\\\\])*+\"?", "$1\"***\""),
            Rule.of("(\\\\\"" + NAME + "\\\\\"\\s*+:\\s*+)\\\\\"[^\"\\\\]*+", "$1\\\\\"***"),
            // {"Name": "DB_PASSWORD", "Value": "x"} and the same in the AWS CLI's shorthand
            Rule.of("(\"(?:parameter)?(?:key|name)\"\\s*+:\\s*+\"" + NAME + "\"\\s*+,\\s*+\"(?:parameter)?value\"\\s*+:\\s*+)\"(?:\\\\.|[^\"\\\\])*+\"?",
                    "$1\"***\""),
            Rule.of("((?:key|name)=" + NAME + ",(?:parameter)?value=)(?:\"[^\"]*+\"?|[^,\"}\\]]++)", "$1***"),
            Rule.of("((?<=value)=)[^,\"}\\]]{1,100}+(,(?:parameter)?(?:key|name)=" + NAME + ")", "$1***$2"),
            // name=x
            Rule.of("(" + KEY_TO_END + "\\s*+={1,2}+\\s*+)" + VALUE, "$1***"),
            // --name x
            Rule.of("(?<![\\w-])(--?" + NAME + "\\s++)(?!-)" + VALUE, "$1***"),
            // Name: x
            Rule.of("(" + HEADER + "\\s*+:\\s++" + SCHEME + ")" + VALUE, "$1***"),
            Rule.of("(\\b(?:bearer|basic)\\s++)[\\w.~+/=-]{8,}+", "$1***"),
            Rule.of("(://[^/\\s:@]{0,200}+:)[^/\\s@]++@", "$1***@"),
            new Rule(Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{12,}+\\b"), REDACTED));

    /** Without any of these no rule applies to a text. */
    private static final Pattern ANY = pattern(KEY + "|authorization|cookie|bearer|basic|://|AKIA|ASIA");

    /** What is replaced to the end of a word that begins so: who wrote the word has quoted it as a whole. */
    private static final List<Rule> IN_WORD = List.of(
            Rule.of("^(-{0,2}" + NAME + "=).+", "$1***"),
            Rule.of("^([\\w-]{0,100}" + HEADER + "\\s*+:\\s*+" + SCHEME + ").+", "$1***"),
            Rule.of("^(pass:).+", "$1***")); // openssl's

    private static final Pattern SECRET_NAME = pattern(NAME);
    private static final Pattern SECRET_OPTION = pattern("--?" + NAME);

    /** Options of programs that take secrets without naming them. */
    private static final List<ProgramOption> OF_PROGRAMS = List.of(
            new ProgramOption(Set.of("curl"), Set.of("-u", "--user", "-U", "--proxy-user"), Part.BEHIND_COLON),
            new ProgramOption(Set.of("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump"), Set.of("-p"), Part.ATTACHED),
            new ProgramOption(Set.of("sshpass"), Set.of("-p"), Part.ALL),
            new ProgramOption(Set.of("redis-cli"), Set.of("-a"), Part.ALL),
            new ProgramOption(Set.of("ldapsearch", "ldapmodify", "ldapadd"), Set.of("-w"), Part.ALL),
            new ProgramOption(Set.of("put-parameter"), Set.of("--value"), Part.ALL), // of aws ssm
            new ProgramOption(Set.of("encrypt"), Set.of("--plaintext"), Part.ALL)); // of aws kms
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "zsh", "ksh");

    private static final int LONGEST_PROGRAM = 200; // characters with its folder
    private static final int DEEPEST = 3; // shells within shells

    private Secrets() {
    }

    /** In a message, a description or whatever else is no command. */
    static String inText(String text) {
        return ANY.matcher(text).find() ? apply(IN_TEXT, text) : text;
    }

    /** Whether what stands under this name is to be taken for a secret. */
    static boolean isNamed(String name) {
        return SECRET_NAME.matcher(name).matches();
    }

    /** In the words of a command, the program's first. */
    static List<String> inCommand(List<String> words) {
        var walk = new Walk(0);
        return words.stream().map(walk::next).toList();
    }

    private static String inScript(String script, int depth) {
        var walk = new Walk(depth);
        return inText(ShellWords.replaceEach(script, walk::next));
    }

    private static String apply(List<Rule> rules, String text) {
        var result = text;
        for (var rule : rules) {
            result = rule.apply(result);
        }
        return result;
    }

    /** Goes through the words of a command, from the first to the last. */
    private static final class Walk {

        private final int depth;
        private List<ProgramOption> options = List.of(); // of the program named last
        private boolean shell; // whether that is one
        private Part follows; // what of the next word is secret; null for nothing
        private boolean scriptFollows;

        private Walk(int depth) {
            this.depth = depth;
        }

        private String next(String word) {
            var secret = follows;
            boolean script = scriptFollows;
            follows = null;
            scriptFollows = false;
            if (script && depth < DEEPEST) {
                return inScript(word, depth + 1);
            }
            if (secret != null && !word.startsWith("--")) {
                return secret.without(word);
            }
            lookAtProgram(word);
            scriptFollows = shell && word.length() <= LONGEST_PROGRAM && word.matches("-[a-z]*c");
            for (var option : options) {
                if (option.names().contains(word)) {
                    follows = option.part().elsewhere();
                    return word;
                }
                var redacted = option.redacted(word);
                if (!redacted.equals(word)) {
                    return redacted;
                }
            }
            if (SECRET_OPTION.matcher(word).matches()) {
                follows = Part.ALL;
                return word;
            }
            var whole = apply(IN_WORD, word);
            return depth == 0 && whole.equals(word) ? inText(word) : whole; // a script is looked at as a text when its words are done
        }

        private void lookAtProgram(String word) {
            if (word.length() <= LONGEST_PROGRAM) {
                var name = word.substring(word.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
                var known = OF_PROGRAMS.stream().filter(option -> option.programs().contains(name)).toList();
                if (!known.isEmpty() || SHELLS.contains(name)) {
                    options = known;
                    shell = known.isEmpty();
                }
            }
        }
    }

    /** What of an option's value is secret. */
    private enum Part {
        ALL,
        /** All, and it is never a word of its own. */
        ATTACHED,
        /** {@code user:password}. */
        BEHIND_COLON;

        private String without(String value) {
            int colon = value.indexOf(':');
            return this != BEHIND_COLON ? REDACTED : colon < 0 ? value : value.substring(0, colon + 1) + REDACTED;
        }

        /** What is secret of the word behind the option; null for nothing. */
        private Part elsewhere() {
            return this == ATTACHED ? null : this;
        }
    }

    /**
     * An option with a secret value: {@code -p x}, {@code -px}, {@code --value x}, {@code --value=x}, or {@code "Value": "x"} in JSON.
     *
     * @param programs programs, or operations of the AWS CLI
     */
    private record ProgramOption(Set<String> programs, Set<String> names, Part part, Rule inJson) {

        private ProgramOption(Set<String> programs, Set<String> names, Part part) {
            this(programs, names, part, Rule.of("(\"(?:" + String.join("|", names).replace("-", "") + ")\"\\s*+:\\s*+)\"(?:\\\\.|[^\"\\\\])*+\"?",
                    "$1\"***\""));
        }

        private String redacted(String word) {
            for (var name : names) {
                var start = name.startsWith("--") ? name + '=' : name;
                if (word.startsWith(start)) {
                    return start + part.without(word.substring(start.length()));
                }
            }
            return inJson.apply(word);
        }
    }

    /** Replaces {@code found}, of which the groups that {@code by} names stay. */
    private record Rule(Pattern found, String by) {
        private static Rule of(String found, String by) {
            return new Rule(pattern(found), by);
        }

        private String apply(String text) {
            return found.matcher(text).replaceAll(by);
        }
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}
