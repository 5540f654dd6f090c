package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * The keys of a home, one for each use: what leaks through one use says nothing about another. Only the records' key is rotated. The others
 * stay: IDs, tokens and content hashes would no longer fit each other, and history, logs and backups are not rewritten.
 *
 * @param version of the records' key that encrypts what is written now
 * @param records encrypt records, by their versions
 * @param ids makes point IDs
 * @param tags makes tag tokens
 * @param content makes content hashes
 * @param executionLogs encrypts the output of executions
 * @param executionHistory encrypts their history
 * @param backups encrypts backups
 */
record EstateKeys(int version, Map<Integer, SecretKey> records, SecretKey ids, SecretKey tags, SecretKey content, SecretKey executionLogs,
        SecretKey executionHistory, SecretKey backups) {

    private static final String HMAC = "HmacSHA256";

    EstateKeys {
        records = Map.copyOf(records);
    }

    /** Keys that are all derived from one (HKDF-SHA256, RFC 5869). */
    static EstateKeys derive(byte[] dataKey, int version) {
        return new EstateKeys(version, Map.of(version, Aead.key(derive(dataKey, "records"))), hmacKey(derive(dataKey, "ids")),
                hmacKey(derive(dataKey, "tags")), hmacKey(derive(dataKey, "content")), Aead.key(derive(dataKey, "execution-logs")),
                Aead.key(derive(dataKey, "execution-history")), Aead.key(derive(dataKey, "backups")));
    }

    static EstateKeys random() {
        var dataKey = Aead.random(Aead.KEY_BYTES);
        try {
            return derive(dataKey, 1);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** With one more key for records, which encrypts from now on. */
    EstateKeys rotated() {
        var more = new HashMap<>(records);
        more.put(version + 1, Aead.key(Aead.random(Aead.KEY_BYTES)));
        return withRecords(version + 1, more);
    }

    /** Without all keys for records but the present one. */
    EstateKeys withoutOld() {
        return withRecords(version, Map.of(version, records.get(version)));
    }

    /** With the keys for records of {@code older} too: who is in the middle of reading may need them. */
    EstateKeys withOld(EstateKeys older) {
        var more = new HashMap<>(older.records);
        more.putAll(records);
        return withRecords(version, more);
    }

    EstateKeys withoutRecords() {
        return withRecords(version, Map.of());
    }

    private EstateKeys withRecords(int present, Map<Integer, SecretKey> all) {
        return new EstateKeys(present, all, ids, tags, content, executionLogs, executionHistory, backups);
    }

    /** Which keys these are: others have another ID, which says nothing of them. */
    byte[] id() {
        var encoded = encoded();
        try {
            return Arrays.copyOf(mac(ids, encoded), 16);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** All keys one after the other, to be wrapped; to be wiped after use. */
    byte[] encoded() {
        var bytes = ByteBuffer.allocate((6 + records.size()) * Aead.KEY_BYTES + (1 + records.size()) * Integer.BYTES);
        for (var key : List.of(ids, tags, content, executionLogs, executionHistory, backups)) {
            bytes.put(key.getEncoded());
        }
        bytes.putInt(version);
        new TreeMap<>(records).forEach((number, key) -> bytes.putInt(number).put(key.getEncoded()));
        return bytes.array();
    }

    /** @param encoded by {@link #encoded} */
    static EstateKeys decode(byte[] encoded) {
        var bytes = ByteBuffer.wrap(encoded);
        var ids = hmacKey(next(bytes));
        var tags = hmacKey(next(bytes));
        var content = hmacKey(next(bytes));
        var logs = Aead.key(next(bytes));
        var history = Aead.key(next(bytes));
        var backups = Aead.key(next(bytes));
        int version = bytes.getInt();
        var records = new HashMap<Integer, SecretKey>();
        while (bytes.hasRemaining()) {
            records.put(bytes.getInt(), Aead.key(next(bytes)));
        }
        return new EstateKeys(version, records, ids, tags, content, logs, history, backups);
    }

    private static byte[] next(ByteBuffer bytes) {
        var key = new byte[Aead.KEY_BYTES];
        bytes.get(key);
        return key;
    }

    /** The key of the search index on disk, which lives as long as the records' key that it is derived from. */
    static SecretKey searchIndex(SecretKey records) {
        return derived(records, "search-index");
    }

    /** The key of {@link SealedCache}, which lives as long. */
    static SecretKey cache(SecretKey records) {
        return derived(records, "cache");
    }

    private static SecretKey derived(SecretKey key, String use) {
        var bytes = key.getEncoded();
        try {
            return Aead.key(derive(bytes, use));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** HMAC-SHA256 over the length-prefixed parts, so that ("ab","c") and ("a","bc") differ. */
    static byte[] mac(SecretKey key, String... parts) {
        var mac = mac(key);
        for (var part : parts) {
            var bytes = part.getBytes(UTF_8);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            mac.update(bytes);
        }
        return mac.doFinal();
    }

    static byte[] mac(SecretKey key, byte[] message) {
        return mac(key).doFinal(message);
    }

    private static Mac mac(SecretKey key) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + HMAC, e);
        }
    }

    private static SecretKey hmacKey(byte[] bytes) {
        return new SecretKeySpec(bytes, HMAC);
    }

    private static byte[] derive(byte[] dataKey, String use) {
        var hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(dataKey, null, ("cloudops/estate/1/" + use).getBytes(UTF_8)));
        var key = new byte[Aead.KEY_BYTES];
        hkdf.generateBytes(key, 0, key.length);
        return key;
    }
}
