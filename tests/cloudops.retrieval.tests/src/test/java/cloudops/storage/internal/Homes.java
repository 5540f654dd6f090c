package cloudops.storage.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import cloudops.model.Environment;

/** Homes for tests. */
final class Homes {

    private Homes() {
    }

    static Environment environment(Path home) {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    /** Of a home that no keychain has the key of. */
    static HomeKey key(Path home) {
        var key = new HomeKey(environment(home), null, new Argon2(64, 1, 1));
        key.passphraseSources = List.of((path, create) -> Optional.of("x".toCharArray()));
        return key;
    }
}
