package cloudops.storage.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.crypto.spec.PBEKeySpec;

/** The passwords that Equinox has from us: it keeps them until the process ends, with no way to make it forget one, so we wipe them. Thread-safe. */
final class GivenPasswords {

    private static final Set<PBEKeySpec> GIVEN = ConcurrentHashMap.newKeySet();

    private GivenPasswords() {
    }

    static PBEKeySpec give(char[] password) {
        var given = new PBEKeySpec(password);
        GIVEN.add(given);
        return given;
    }

    /** Whoever has one cannot use it any more. */
    static void clear() {
        GIVEN.removeIf(given -> {
            given.clearPassword();
            return true;
        });
    }
}
