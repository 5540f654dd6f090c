package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * The keys of a home, one for each use, all derived from the home's data key (HKDF-SHA256, RFC 5869): what leaks through one use
 * says nothing about another.
 *
 * @param version of the data key
 * @param records encrypts records
 * @param ids makes point IDs
 * @param tags makes tag tokens
 * @param content makes content hashes
 * @param executionLogs encrypts the output of executions
 * @param executionHistory encrypts their history
 * @param backups encrypts backups
 */
record EstateKeys(int version, SecretKey records, SecretKey ids, SecretKey tags, SecretKey content, SecretKey executionLogs,
        SecretKey executionHistory, SecretKey backups) {

    private static final String HMAC = "HmacSHA256";

    static EstateKeys derive(byte[] dataKey, int version) {
        return new EstateKeys(version, Aead.key(derive(dataKey, "records")), hmacKey(dataKey, "ids"), hmacKey(dataKey, "tags"),
                hmacKey(dataKey, "content"), Aead.key(derive(dataKey, "execution-logs")), Aead.key(derive(dataKey, "execution-history")),
                Aead.key(derive(dataKey, "backups")));
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

    private static SecretKey hmacKey(byte[] dataKey, String use) {
        return new SecretKeySpec(derive(dataKey, use), HMAC);
    }

    private static byte[] derive(byte[] dataKey, String use) {
        var hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(dataKey, null, ("cloudops/estate/1/" + use).getBytes(UTF_8)));
        var key = new byte[Aead.KEY_BYTES];
        hkdf.generateBytes(key, 0, key.length);
        return key;
    }
}
