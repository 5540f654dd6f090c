package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;

class Argon2Test {

    /** Of the reference implementation, phc-winner-argon2, src/test.c. */
    @Test
    void agreesWithTheReference() {
        assertThat(HexFormat.of().formatHex(new Argon2Memory(new Argon2(65536, 2, 1)).key("password".getBytes(UTF_8), "somesalt".getBytes(UTF_8), 32)))
                .isEqualTo("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    }

    @Test
    void agreesWithBouncyCastle() {
        var random = new Random(20_260_101);
        for (int trial = 0; trial < 60; trial++) {
            int lanes = 1 + random.nextInt(5);
            var argon2 = new Argon2(8 * lanes + random.nextInt(trial % 10 == 0 ? 5000 : 200), 1 + random.nextInt(4), lanes);
            var passphrase = bytes(random, random.nextInt(80));
            var salt = bytes(random, 8 + random.nextInt(60));
            int length = 4 + random.nextInt(200);
            assertThat(new Argon2Memory(argon2).key(passphrase, salt, length)).as("%s, %d bytes", argon2, length)
                    .isEqualTo(bouncyCastle(argon2, passphrase, salt, length));
        }
    }

    @Test
    void theRecommendedOneAgreesToo() {
        var salt = bytes(new Random(1), 16);
        assertThat(Argon2.RECOMMENDED.key("a passphrase with \u05e9 and \ud83d\udc18".toCharArray(), salt).getEncoded())
                .isEqualTo(bouncyCastle(Argon2.RECOMMENDED, "a passphrase with \u05e9 and \ud83d\udc18".getBytes(UTF_8), salt, 32));
    }

    private static byte[] bytes(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bouncyCastle(Argon2 argon2, byte[] passphrase, byte[] salt, int length) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(argon2.memoryKib()).withIterations(argon2.passes()).withParallelism(argon2.lanes()).withSalt(salt).build());
        var key = new byte[length];
        generator.generateBytes(passphrase, key);
        return key;
    }
}
