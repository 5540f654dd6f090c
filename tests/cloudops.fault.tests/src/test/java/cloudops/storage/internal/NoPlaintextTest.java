package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.json.Json;

/**
 * What is encrypted is nowhere in the clear: not in any file of a home, its names included, not in the temporary folder, not in a log of everything,
 * and not in the heap of a process that has closed the home.
 */
class NoPlaintextTest {

    private static final long SEED = Long.getLong("cloudops.test.seed", System.nanoTime() & 0xffff_ffffL);

    @TempDir(factory = InMemory.class)
    Path folder;

    @Test
    void noSecretIsInAFileALogOrTheHeapOfAClosedHome() throws Exception {
        run();
        var words = new Needles();
        for (var canary : Canary.values()) {
            words.addText(canary.name(), canary.word(SEED));
        }
        var keys = keys();
        for (var place : new String[] { "home", "tmp", "logs" }) {
            var found = new TreeSet<String>();
            try (var files = Files.walk(folder.resolve(place))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    for (var needles : new Needles[] { words, keys }) {
                        needles.in(Files.readAllBytes(file)).forEach(what -> found.add(what + " in " + file));
                        needles.in(file.toString().getBytes(UTF_8)).forEach(what -> found.add(what + " in the name " + file));
                    }
                }
            }
            assertThat(found).as("in the clear in %s", place).isEmpty();
        }
        assertThat(inflated(words, Files.readAllBytes(folder.resolve("home/search/words.sealed")))).as("in the index of words").isEmpty();
        assertThat(inflated(words, deflated(Canary.NAME.word(SEED)))).as("what is only compressed").containsExactly("NAME");
        assertThat(Files.readString(folder.resolve("logs/all.log"))).as("a log of everything").contains("damaged record left out", "FINE");

        // so that we know that we would have found them
        var open = Files.readAllBytes(folder.resolve("open.hprof"));
        assertThat(words.in(open)).contains("NAME", "IDENTIFIER", "TAG_VALUE");
        assertThat(keys.in(open)).contains("key of ids", "key of records 2", "wrapping key");
        var closed = Files.readAllBytes(folder.resolve("closed.hprof"));
        System.out.printf("Plaintext: seed %d, heap %d KB open, %d KB closed; open: %s %s, closed: %s %s%n", SEED, open.length >> 10, closed.length >> 10,
                words.in(open), keys.in(open), words.in(closed), keys.in(closed));
        assertThat(words.in(closed)).as("in the heap after closing").isEmpty();
        assertThat(keys.in(closed)).as("keys in the heap after closing").isEmpty();
    }

    private Needles keys() throws Exception {
        var needles = new Needles();
        for (var file : new Path[] { folder.resolve("home/keys/keyring.json"), folder.resolve("keyring-of-before.json") }) {
            var keyring = Json.mapper().readValue(Files.readAllBytes(file), Keyring.class);
            var wrapping = keyring.argon2().key(Canary.PASSPHRASE.word(SEED).toCharArray(), keyring.salt());
            var keys = keyring.unwrap(wrapping).orElseThrow();
            var named = new HashMap<>(Map.of("wrapping key", wrapping, "key of ids", keys.ids(), "key of tags", keys.tags(), "key of content",
                    keys.content(), "key of logs", keys.executionLogs(), "key of history", keys.executionHistory(), "key of backups", keys.backups()));
            keys.records().forEach((version, key) -> named.put("key of records " + version, key));
            named.forEach((name, key) -> needles.add(name, key.getEncoded()));
        }
        return needles;
    }

    /** What is in {@code bytes} when they are inflated from any place on: the index is compressed before it is encrypted, so that no needle is seen as it is. */
    private static Set<String> inflated(Needles needles, byte[] bytes) {
        var found = new TreeSet<String>();
        var inflater = new Inflater(true);
        var plain = new byte[1 << 20];
        for (int at = 0; at < bytes.length; at++) {
            inflater.reset();
            inflater.setInput(bytes, at, bytes.length - at);
            try {
                for (int more = 1; more > 0 && inflater.getBytesWritten() < plain.length;) {
                    int length = Math.toIntExact(inflater.getBytesWritten());
                    more = inflater.inflate(plain, length, plain.length - length);
                }
            } catch (DataFormatException e) {
                // not from here on, or not to the end: what came out until then counts
            }
            found.addAll(needles.in(Arrays.copyOf(plain, Math.toIntExact(inflater.getBytesWritten()))));
        }
        inflater.end();
        return found;
    }

    private static byte[] deflated(String word) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] { 1, 2, 3 });
        try (var deflating = new DeflaterOutputStream(bytes)) {
            deflating.write(("something before " + (word + ' ').repeat(100)).getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private void run() throws IOException, InterruptedException {
        Files.createDirectory(folder.resolve("tmp"));
        var out = folder.resolve("out").toFile();
        // no dead ratio: the collector would spare itself the moving of some live objects, and leave dead ones between them, which a dump then shows
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
                "-XX:MarkSweepDeadRatio=0", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + folder.resolve("tmp"), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Confidant.class.getName(), folder.toString(),
                String.valueOf(SEED)).redirectErrorStream(true).redirectOutput(out).start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out.toPath())).isZero();
    }

    /** Byte sequences to look for, all in one pass. */
    private static final class Needles {

        private static final int BEGINNING = 4;

        private final Map<Integer, Map<String, byte[]>> byBeginning = new HashMap<>();

        /** In UTF-8, in UTF-16 and in the three ways in which Base64 may write it within a longer text. */
        void addText(String name, String text) {
            var plain = text.getBytes(UTF_8);
            add(name, plain);
            add(name, text.getBytes(UTF_16LE));
            add(name, text.getBytes(UTF_16BE));
            for (int before = 0; before < 3; before++) {
                var shifted = new byte[before + plain.length];
                System.arraycopy(plain, 0, shifted, before, plain.length);
                var base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
                // the first letters and the last depend on what is around
                var sure = base64.substring(before == 0 ? 0 : before + 1, base64.length() - 1);
                add(name, sure.getBytes(ISO_8859_1));
                add(name, sure.getBytes(UTF_16LE));
            }
        }

        void add(String name, byte[] bytes) {
            byBeginning.computeIfAbsent(beginning(bytes, 0), key -> new HashMap<>()).put(name + "#" + byBeginning.size(), bytes);
        }

        private static int beginning(byte[] bytes, int at) {
            return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
        }

        /** @return the names of what is in {@code hay} */
        Set<String> in(byte[] hay) {
            var found = new TreeSet<String>();
            for (int at = 0; at <= hay.length - BEGINNING; at++) {
                var candidates = byBeginning.get(beginning(hay, at));
                if (candidates != null) {
                    for (var candidate : candidates.entrySet()) {
                        var bytes = candidate.getValue();
                        if (at + bytes.length <= hay.length && Arrays.equals(hay, at, at + bytes.length, bytes, 0, bytes.length)) {
                            found.add(candidate.getKey().substring(0, candidate.getKey().indexOf('#')));
                        }
                    }
                }
            }
            return found;
        }
    }
}
