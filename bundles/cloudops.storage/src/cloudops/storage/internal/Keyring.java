package cloudops.storage.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

/**
 * What {@code keys/keyring.json} says: how this home's keys are wrapped, and the wrapped keys themselves. It holds no secret in the clear.
 *
 * @param version of this format: 1 wraps a data key from which all keys are derived, 2 the keys; 3 says which keys
 * @param method what holds or makes the key that wraps
 * @param keychainEntry {@code KEYCHAIN}: the entry that the keychain holds; else null
 * @param argon2 {@code PASSPHRASE}: how the passphrase becomes a key; else null
 * @param salt {@code PASSPHRASE}: its salt; else null
 * @param keyVersion of the records' key that encrypts what is written now
 * @param keyVersions of all keys for records: more than one while they are being rotated; null in format 1
 * @param keysId which keys these are, without a word about them; null before format 3
 * @param wrappedKey {@link Aead} over the keys, all other fields as additional data
 */
record Keyring(int version, Method method, String keychainEntry, Argon2 argon2, byte[] salt, int keyVersion, List<Integer> keyVersions,
        byte[] keysId, byte[] wrappedKey) {

    static final int DERIVED = 1, VERSION = 3;

    enum Method {
        KEYCHAIN, PASSPHRASE
    }

    static Keyring forKeychain(String entry) {
        return new Keyring(VERSION, Method.KEYCHAIN, entry, null, null, 0, null, null, null);
    }

    static Keyring forPassphrase(Argon2 argon2) {
        return new Keyring(VERSION, Method.PASSPHRASE, null, argon2, Aead.random(Argon2.SALT_BYTES), 0, null, null, null);
    }

    List<Integer> allVersions() {
        return keyVersions == null ? List.of(keyVersion) : keyVersions;
    }

    /** Whether both hold the same keys, however they are wrapped; false where that is not known. */
    boolean holdsSameAs(Keyring other) {
        return keysId != null && Arrays.equals(keysId, other.keysId);
    }

    Keyring wrap(EstateKeys keys, SecretKey wrappingKey) {
        var bare = new Keyring(VERSION, method, keychainEntry, argon2, salt, keys.version(), keys.records().keySet().stream().sorted().toList(),
                keys.id(), null);
        var encoded = keys.encoded();
        try {
            return bare.wrapped(Aead.seal(wrappingKey, encoded, bare.bound()));
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private Keyring wrapped(byte[] key) {
        return new Keyring(version, method, keychainEntry, argon2, salt, keyVersion, keyVersions, keysId, key);
    }

    /** @return the keys, empty when {@code wrappingKey} is not the one, or a field was changed */
    Optional<EstateKeys> unwrap(SecretKey wrappingKey) {
        byte[] plain;
        try {
            plain = Aead.open(wrappingKey, wrappedKey, 0, bound());
        } catch (AEADBadTagException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(version == DERIVED ? EstateKeys.derive(plain, keyVersion) : EstateKeys.decode(plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private byte[] bound() {
        ObjectNode json = Json.mapper().valueToTree(this);
        json.remove("wrapped_key");
        return CanonicalJson.bytes(json);
    }
}
