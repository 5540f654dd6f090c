package cloudops.scan.tests;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

import cloudops.aws.proxy.Fault;

/** What each fault is to be called, and which are got over. */
final class Faults {

    private static final Set<Fault> SURVIVED = Set.of(Fault.SLOW, Fault.THROTTLED_30_PERCENT);

    /** After these a client treads carefully for a while, and rightly so. */
    private static final Set<Fault> REMEMBERED = Set.of(Fault.THROTTLED, Fault.THROTTLED_30_PERCENT, Fault.CUT_OFF, Fault.HANG, Fault.RESET);

    private Faults() {
    }

    /** In a short test without the one that takes minutes, because a call has so much patience. */
    static Stream<Fault> all() {
        return Arrays.stream(Fault.values()).filter(fault -> fault != Fault.HANG || Boolean.getBoolean("cloudops.test.long"));
    }

    /** Whether a scan must find everything nevertheless. */
    static boolean survived(Fault fault) {
        return SURVIVED.contains(fault);
    }

    static boolean remembered(Fault fault) {
        return REMEMBERED.contains(fault);
    }

    /** Whether it is the same whatever is asked, and takes patience: in a short test one service is enough. */
    static boolean ofAnyService(Fault fault) {
        return REMEMBERED.contains(fault) || fault == Fault.SLOW;
    }

    /** Any of these; none for one that is survived. */
    static Set<String> codes(Fault fault) {
        return switch (fault) {
            case ACCESS_DENIED -> Set.of("AccessDenied");
            case EXPLICIT_DENY -> Set.of("ExplicitDeny");
            case THROTTLED -> Set.of("Throttled");
            case SERVER_ERROR, BAD_GATEWAY -> Set.of("ServerError");
            case GARBAGE, LOGIN_PAGE, EMPTY -> Set.of("Parse");
            case CUT_OFF -> Set.of("Parse", "Network");
            case HANG, RESET -> Set.of("Network");
            case DISABLED_REGION -> Set.of("DisabledRegion");
            case EXPIRED_TOKEN -> Set.of("ExpiredToken");
            case WRONG_CLOCK -> Set.of("ClockSkew");
            case SLOW, THROTTLED_30_PERCENT -> Set.of();
        };
    }
}
