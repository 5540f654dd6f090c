package cloudops.execution.internal.approval;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;

/**
 * A rule of the user's: a decision on all that has the parts it names.
 * <p>
 * Where a part of a request is not known, a rule that forbids or asks takes it for a match, and one that allows does not.
 *
 * @param line of the file where it begins
 * @param service null when AWS calls are not named
 * @param operation null when AWS calls are not named
 * @param argv patterns of the program and of each argument; empty when they are not named
 * @param openEnded any arguments may follow those of {@code argv}
 */
record Rule(Decision decision, int line, Glob service, Glob operation, List<Glob> argv, boolean openEnded, Optional<Glob> program,
        Optional<String> kind, Optional<Glob> account, Optional<Glob> region, Optional<Glob> profile, Optional<String> reason) {

    /** Whether a rule that forbids or asks is about this. */
    boolean concerns(Subject subject) {
        return kind.filter(name -> !name.equals(subject.kind())).isEmpty()
                && program.filter(name -> !isProgram(name, subject)).isEmpty()
                && (service == null || concernsAws(subject))
                && (argv.isEmpty() || concernsArgv(subject))
                && mayBe(account, subject.accounts()) && mayBe(region, subject.regions()) && mayBe(profile, subject.profiles());
    }

    /** Whether it leaves arguments open. */
    boolean hasWildcards() {
        return openEnded || argv.stream().anyMatch(Glob::hasWildcard);
    }

    private static boolean isProgram(Glob name, Subject subject) {
        return subject.program().stream().anyMatch(name::matches) || subject.programNames().stream().anyMatch(name::matches);
    }

    /** Of a program that starts the AWS CLI we do not know which word is the service, so any two that fit in this order do. */
    private boolean concernsAws(Subject subject) {
        if (subject.service() != null) {
            return service.matches(subject.service()) && operation.matches(subject.operation());
        }
        var words = subject.awsWords();
        for (int i = 0; i < words.size(); i++) {
            if (service.matches(words.get(i))) {
                return words.subList(i + 1, words.size()).stream().anyMatch(operation::matches);
            }
        }
        return false;
    }

    private boolean concernsArgv(Subject subject) {
        return !subject.argv().isEmpty() && isProgram(argv.getFirst(), subject) && argumentsMatch(subject.argv(), Glob::matches);
    }

    private boolean argumentsMatch(List<String> arguments, Match match) {
        if (openEnded ? arguments.size() < argv.size() : arguments.size() != argv.size()) {
            return false;
        }
        for (int i = 1; i < argv.size(); i++) {
            if (!match.test(argv.get(i), arguments.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayBe(Optional<Glob> pattern, Set<String> values) {
        return pattern.isEmpty() || values.isEmpty() || values.stream().anyMatch(pattern.get()::matches);
    }

    /** Whether a rule that allows is about this, and may be: not for what destroys or shows secrets, unless it names that, nor for the unknown. */
    boolean permits(Subject subject, Verdict verdict) {
        boolean named = service != null ? permitsAws(subject, verdict.effect()) : permitsArgv(subject);
        return named && is(account, subject.accounts()) && is(region, subject.regions()) && is(profile, subject.profiles());
    }

    private boolean permitsAws(Subject subject, Effect effect) {
        return subject.service() != null && service.matches(subject.service()) && operation.matches(subject.operation())
                && switch (effect) {
                    case READ_ONLY, MUTATING -> true;
                    case SENSITIVE_READ, DESTRUCTIVE -> !service.hasWildcard() && !operation.hasWildcard();
                    case UNKNOWN -> false;
                };
    }

    private boolean permitsArgv(Subject subject) {
        if (hasWildcards() && subject.program().stream().anyMatch(Programs::runsArguments)) {
            return false; // by the name that its file really has: the one in the rule has been looked at
        }
        if (subject.argv().isEmpty() || !argumentsMatch(subject.argv(), Glob::matchesPlainly)) {
            return false;
        }
        var name = argv.getFirst().toString();
        // a bare name means what the PATH has, not a file of that name elsewhere
        boolean sameProgram = name.contains("/") || name.contains("\\") ? subject.program().contains(name) : subject.argv().getFirst().equals(name);
        var rest = subject.argv().subList(argv.size(), subject.argv().size());
        var any = new Glob("*");
        return sameProgram && rest.stream().allMatch(any::matchesPlainly);
    }

    private static boolean is(Optional<Glob> pattern, Set<String> values) {
        Predicate<String> matches = pattern.map(glob -> (Predicate<String>) glob::matches).orElse(value -> true);
        return pattern.isEmpty() || !values.isEmpty() && values.stream().allMatch(matches);
    }

    @FunctionalInterface
    private interface Match {
        boolean test(Glob pattern, String text);
    }
}
