package cloudops.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a principal may do to one resource. An action is in exactly one of the three lists; an unknown one is never shown or sent as
 * allowed or denied.
 *
 * @param allowedActions IAM actions such as {@code rds:StopDBInstance}
 * @param deniedActions actions that are denied, explicitly or because nothing allows them
 * @param unknownActions actions about which nothing is known
 * @param userContext the principal; null when even that is not known
 * @param source how the lists were found
 * @param reason why the source is {@link PermissionSource#UNKNOWN} or why some actions are unknown; null otherwise
 * @param reasons per action, why it is denied or allowed ("explicit deny in policy X"), where that is known
 */
public record IamPermissions(List<String> allowedActions, List<String> deniedActions, List<String> unknownActions,
        UserContext userContext, PermissionSource source, String reason, Map<String, String> reasons) {

    public IamPermissions {
        allowedActions = List.copyOf(allowedActions);
        deniedActions = List.copyOf(deniedActions);
        unknownActions = unknownActions == null ? List.of() : List.copyOf(unknownActions);
        requireNonNull(source, "source");
        reasons = reasons == null ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(reasons));
    }

    /** Nothing is known about {@code actions}, because of {@code reason}. */
    public static IamPermissions unknown(List<String> actions, UserContext user, String reason) {
        return new IamPermissions(List.of(), List.of(), actions, user, PermissionSource.UNKNOWN, reason, Map.of());
    }

    /** What is known about {@code action}; an action in no list is {@link Verdict#UNKNOWN}. */
    public Verdict verdict(String action) {
        if (allowedActions.contains(action)) {
            return Verdict.ALLOWED;
        }
        return deniedActions.contains(action) ? Verdict.DENIED : Verdict.UNKNOWN;
    }

    /** Three-valued answer to "may this principal?". */
    public enum Verdict {
        ALLOWED, DENIED, UNKNOWN
    }
}
