package cloudops.execution;

import static java.util.Objects.requireNonNull;

import cloudops.model.Risk;

/**
 * The engine's own judgement of a command.
 *
 * @param effect what it does to the world
 * @param risk the least risk to show
 * @param decision whether it may run
 * @param reason for people: "rds stop-db-instance changes resources"
 */
public record Verdict(Effect effect, Risk risk, Decision decision, String reason) {

    public Verdict {
        requireNonNull(effect, "effect");
        requireNonNull(risk, "risk");
        requireNonNull(decision, "decision");
        requireNonNull(reason, "reason");
    }

    /** Whether a person must consent first. */
    public boolean approvalRequired() {
        return decision == Decision.ASK;
    }

    /** What a command does to the world. What we do not know is taken for mutating. */
    public enum Effect {
        READ_ONLY, SENSITIVE_READ, MUTATING, DESTRUCTIVE, UNKNOWN
    }

    /** Whether it may run. Ordered: a later constant is stricter. */
    public enum Decision {
        /** Without asking. */
        ALLOW,
        /** Once a person has consented. */
        ASK,
        /** Not even then. */
        NEVER
    }
}
