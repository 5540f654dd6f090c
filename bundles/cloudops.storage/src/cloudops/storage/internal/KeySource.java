package cloudops.storage.internal;

import java.util.Optional;

import javax.crypto.SecretKey;

/** The keys of an opened home, which may be rotated while it is open. Thread-safe. */
interface KeySource {

    EstateKeys now();

    /** The records' key of that version, as this process knows it or else the key file has it by now. */
    Optional<SecretKey> records(int version);

    /** Keys that stay as they are. */
    static KeySource of(EstateKeys keys) {
        return new KeySource() {
            @Override
            public EstateKeys now() {
                return keys;
            }

            @Override
            public Optional<SecretKey> records(int version) {
                return Optional.ofNullable(keys.records().get(version));
            }
        };
    }
}
