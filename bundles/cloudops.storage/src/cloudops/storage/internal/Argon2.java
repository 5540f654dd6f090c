package cloudops.storage.internal;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import javax.crypto.SecretKey;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106): a key from a passphrase, at a cost in memory that makes guessing dear.
 *
 * @param memoryKib memory in KiB
 * @param passes passes over the memory
 * @param lanes degree of parallelism
 */
record Argon2(int memoryKib, int passes, int lanes) {

    /**
     * For new passphrases: what a short command can afford, at which RFC 9106 §4 ends, and more than the least that OWASP's Password Storage Cheat
     * Sheet takes for enough (46 MiB, 1 pass, 1 lane).
     */
    static final Argon2 AFFORDABLE = new Argon2(64 * 1024, 1, 1);

    /** Protects nothing: to try things out, or to have the code of it loaded. */
    static final Argon2 SMALLEST = new Argon2(8, 1, 1);

    static final int SALT_BYTES = 16;

    /** Whoever can write the key file must not be able to make us eat all memory. */
    private static final int MAX_MEMORY_KIB = 1024 * 1024;

    Argon2 {
        if (lanes < 1 || lanes > 64 || memoryKib < 8 * lanes || memoryKib > MAX_MEMORY_KIB || passes < 1 || passes > 100) {
            throw new IllegalArgumentException(
                    "no sane parameters for argon2id: memory " + memoryKib + " KiB, passes " + passes + ", lanes " + lanes);
        }
    }

    SecretKey key(char[] passphrase, byte[] salt) {
        var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
        var bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        try {
            var generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(memoryKib).withIterations(passes).withParallelism(lanes).withSalt(salt).build());
            var key = new byte[Aead.KEY_BYTES];
            generator.generateBytes(bytes, key);
            return Aead.key(key);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }
}
