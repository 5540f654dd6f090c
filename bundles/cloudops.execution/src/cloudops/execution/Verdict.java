package cloudops.execution;

import cloudops.model.Risk;

/**
 * The engine's own judgement of a command.
 *
 * @param effect what it does to the world
 * @param risk the least risk to show
 * @param approvalRequired whether a person must consent first
 * @param reason for people: "rds stop-db-instance changes resources"
 */
public record Verdict(Effect effect, Risk risk, boolean approvalRequired, String reason) {

    /** What a command does to the world. What we do not know is taken for mutating. */
    public enum Effect {
        READ_ONLY, SENSITIVE_READ, MUTATING, DESTRUCTIVE, UNKNOWN
    }
}
