package cloudops.scanner.spi;

import java.util.List;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;

/**
 * One condition of a verdict.
 *
 * @param holds true, false, or null for "not known"
 * @param reason why it does not hold or is not known; null when it holds
 */
public record Check(Boolean holds, String reason) {

    private static final Check OK = new Check(true, null);

    public static Check ok() {
        return OK;
    }

    public static Check no(String reason) {
        return new Check(false, reason);
    }

    public static Check unknown(String reason) {
        return new Check(null, reason);
    }

    /** Fails with {@code reason} when there is the obstacle. */
    public static Check unless(boolean obstacle, String reason) {
        return obstacle ? no(reason) : OK;
    }

    /** Holds when the resource is in one of {@code states}. */
    public static Check stateIs(AwsResource resource, String... states) {
        if (resource.state() == null) {
            return unknown("the state is not known");
        }
        return unless(!List.of(states).contains(resource.state()), "state is " + resource.state());
    }

    /** Holds when the resource is in none of {@code states}. */
    public static Check stateIsNot(AwsResource resource, String... states) {
        if (resource.state() == null) {
            return unknown("the state is not known");
        }
        return unless(List.of(states).contains(resource.state()), "state is " + resource.state());
    }

    /** Holds when {@code action} is allowed; not known when its permission is not. */
    public static Check permitted(IamPermissions permissions, String action) {
        return switch (permissions.verdict(action)) {
            case ALLOWED -> OK;
            case DENIED -> no("denied: " + action);
            case UNKNOWN -> unknown("permission not known: " + action);
        };
    }
}
