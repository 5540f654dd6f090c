package cloudops.iam.internal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about a request's condition context. A key has a value, is known to be absent, or is not known at all. Names of keys are
 * not case-sensitive.
 */
final class ContextKeys {

    static final ContextKeys NOTHING_KNOWN = new ContextKeys(Map.of());

    /** Lower-case name → value; an empty optional for a key that the request does not have. */
    private final Map<String, Optional<String>> keys;

    private ContextKeys(Map<String, Optional<String>> keys) {
        this.keys = keys;
    }

    ContextKeys with(String key, String value) {
        return put(key, Optional.of(value));
    }

    ContextKeys without(String key) {
        return put(key, Optional.empty());
    }

    boolean decides(String key) {
        return keys.containsKey(lower(key));
    }

    /** The value of a key that {@link #decides} is true for; empty when the request does not have the key. */
    Optional<String> value(String key) {
        return keys.get(lower(key));
    }

    /** The same keys with values in lower case, for comparisons that take no notice of it. */
    ContextKeys inLowerCase() {
        var lowered = new HashMap<String, Optional<String>>();
        keys.forEach((key, value) -> lowered.put(key, value.map(ContextKeys::lower)));
        return new ContextKeys(lowered);
    }

    private ContextKeys put(String key, Optional<String> value) {
        var more = new HashMap<>(keys);
        more.put(lower(key), value);
        return new ContextKeys(more);
    }

    private static String lower(String key) {
        return key.toLowerCase(Locale.ROOT);
    }
}
