package cloudops.storage.internal;

import java.util.Optional;

import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

/**
 * What {@code keys/keyring.json} says: how this home's data key is wrapped, and the wrapped key itself. It holds no secret in the clear.
 *
 * @param version of this format
 * @param method what holds or makes the key that wraps
 * @param keychainEntry {@code KEYCHAIN}: the entry that the keychain holds; else null
 * @param argon2 {@code PASSPHRASE}: how the passphrase becomes a key; else null
 * @param salt {@code PASSPHRASE}: its salt; else null
 * @param keyVersion of the data key
 * @param wrappedKey {@link Aead} over the data key, all other fields as additional data
 */
record Keyring(int version, Method method, String keychainEntry, Argon2 argon2, byte[] salt, int keyVersion, byte[] wrappedKey) {

    static final int VERSION = 1;

    enum Method {
        KEYCHAIN, PASSPHRASE
    }

    static Keyring forKeychain(String entry) {
        return new Keyring(VERSION, Method.KEYCHAIN, entry, null, null, 1, null);
    }

    static Keyring forPassphrase(Argon2 argon2) {
        return new Keyring(VERSION, Method.PASSPHRASE, null, argon2, Aead.random(16), 1, null);
    }

    Keyring wrap(byte[] dataKey, SecretKey wrappingKey) {
        return new Keyring(version, method, keychainEntry, argon2, salt, keyVersion, Aead.seal(wrappingKey, dataKey, bound()));
    }

    /** @return the data key, empty when {@code wrappingKey} is not the one, or a field was changed */
    Optional<byte[]> unwrap(SecretKey wrappingKey) {
        try {
            return Optional.of(Aead.open(wrappingKey, wrappedKey, 0, bound()));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        }
    }

    private byte[] bound() {
        ObjectNode json = Json.mapper().valueToTree(this);
        json.remove("wrapped_key");
        return CanonicalJson.bytes(json);
    }
}
