package cloudops.execution.internal.approval;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;

/** The user's rules, as they were read: never beats ask, ask beats allow. Immutable. */
final class Rules {

    static final Rules NONE = new Rules(List.of(), null);

    private final List<Rule> rules;
    private final String problem;

    private Rules(List<Rule> rules, String problem) {
        this.rules = rules;
        this.problem = problem;
    }

    static Rules of(List<Rule> rules) {
        return new Rules(List.copyOf(rules), null);
    }

    /** Rules that cannot be read: one that forbids may be among them, so they forbid everything. @param problem for people */
    static Rules broken(String problem) {
        return new Rules(List.of(), problem);
    }

    /**
     * The verdict that the rules make of another.
     *
     * @param plain whether a rule may let it through at all: see {@link Verdicts#isPlain}
     */
    Verdict judge(Subject subject, Verdict verdict, boolean plain) {
        if (problem != null) {
            return with(verdict, Decision.NEVER, "nothing runs, not even reads, until the rules can be read: " + problem);
        }
        var never = first(Decision.NEVER, rule -> rule.concerns(subject));
        if (never.isPresent() || verdict.decision() == Decision.NEVER) {
            return never.map(rule -> with(verdict, Decision.NEVER, verdict.reason() + ", and " + text(rule, subject, "forbids it"))).orElse(verdict);
        }
        var ask = first(Decision.ASK, rule -> rule.concerns(subject));
        if (ask.isPresent()) {
            return with(verdict, Decision.ASK, verdict.reason() + ", and " + text(ask.get(), subject, "asks"));
        }
        if (verdict.decision() == Decision.ASK && plain) {
            return first(Decision.ALLOW, rule -> rule.permits(subject, verdict))
                    .map(rule -> with(verdict, Decision.ALLOW, verdict.reason() + ", and " + text(rule, subject, "allows it"))).orElse(verdict);
        }
        return verdict;
    }

    private Optional<Rule> first(Decision decision, Predicate<Rule> applies) {
        return rules.stream().filter(rule -> rule.decision() == decision && applies.test(rule)).findFirst();
    }

    private static Verdict with(Verdict verdict, Decision decision, String reason) {
        return new Verdict(verdict.effect(), verdict.risk(), decision, reason);
    }

    private static String text(Rule rule, Subject subject, String does) {
        var text = "line " + rule.line() + " of " + RulesFile.NAME + " " + does + rule.reason().map(reason -> " (" + reason + ")").orElse("");
        if (rule.decision() == Decision.ALLOW) {
            return text;
        }
        var unknown = rule.account().isPresent() && subject.accounts().isEmpty() ? "account"
                : rule.profile().isPresent() && subject.profiles().isEmpty() ? "profile"
                : rule.region().isPresent() && subject.regions().isEmpty() ? "region" : null;
        return unknown == null ? text : text + " since it does not say for which " + unknown + " it is; try: name the " + unknown;
    }
}
