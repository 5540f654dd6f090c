package cloudops.iam.internal;

import cloudops.model.IamPermissions.Verdict;

/**
 * Whether one action on one resource is allowed.
 *
 * @param reason why, for people; never null
 */
record Decision(Verdict verdict, String reason) {

    static Decision allowed(String reason) {
        return new Decision(Verdict.ALLOWED, reason);
    }

    static Decision denied(String reason) {
        return new Decision(Verdict.DENIED, reason);
    }

    static Decision unknown(String reason) {
        return new Decision(Verdict.UNKNOWN, "unknown: " + reason);
    }
}
