package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedCacheTest {

    private static final String NAME = "listing 111111111111 us-east-1 ec2_instance";

    private static final byte[] CONTENT = "i-0abc123 web-server \u202e\ud83d\ude80 $(reboot)".getBytes(UTF_8);

    @TempDir
    Path home;

    private SealedCache cache(String passphrase) {
        return new SealedCache(Estate.homeKey(home, passphrase), () -> false);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(home.resolve("cache"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void givesWhatWasWrittenToTheNextProcessAndReplacesIt() throws Exception {
        var cache = cache("x");
        assertThat(cache.read(NAME)).isEmpty();
        cache.write(NAME, CONTENT);
        cache.write("another", new byte[0]);

        assertThat(cache("x").read(NAME)).hasValueSatisfying(read -> assertThat(read).isEqualTo(CONTENT));
        assertThat(cache("x").read("another")).hasValueSatisfying(read -> assertThat(read).isEmpty());
        cache.write(NAME, new byte[1_000_000]);
        assertThat(cache("x").read(NAME)).hasValueSatisfying(read -> assertThat(read).hasSize(1_000_000));
        assertThat(files()).hasSize(2);
        cache.remove(NAME);
        cache.remove(NAME);
        assertThat(cache.read(NAME)).isEmpty();
        assertThat(cache.read("another")).isPresent();
    }

    @Test
    void leavesNothingInTheClearAndIsForTheOwnerOnly() throws Exception {
        cache("x").write(NAME, CONTENT);

        var file = files().getFirst();
        assertThat(file.getFileName().toString()).matches("[0-9a-f]{64}\\.sealed");
        assertThat(Files.readString(file, ISO_8859_1)).doesNotContain("i-0abc123").doesNotContain("web").doesNotContain("111111111111")
                .doesNotContain("us-east-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent()))).isEqualTo("rwx------");
    }

    @Test
    void whatWasChangedIsNotThere() throws Exception {
        var cache = cache("x");
        cache.write(NAME, CONTENT);
        var file = files().getFirst();
        var whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            var changed = whole.clone();
            changed[i] ^= 1;
            Files.write(file, changed);
            assertThat(cache.read(NAME)).as("byte %d", i).isEmpty();
        }
        for (int length : List.of(0, 3, 12, 30, whole.length - 1)) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(cache.read(NAME)).as("%d bytes", length).isEmpty();
        }
        Files.write(file, whole);
        assertThat(cache.read(NAME)).isPresent();
    }

    @Test
    void aFileUnderAnothersNameOrOfAnotherHomeIsNotThere() throws Exception {
        var cache = cache("x");
        cache.write(NAME, CONTENT);
        var mine = files().getFirst();
        cache.write("another", new byte[10]);
        var others = files().stream().filter(file -> !file.equals(mine)).findFirst().orElseThrow();
        Files.copy(mine, others, StandardCopyOption.REPLACE_EXISTING);
        assertThat(cache.read("another")).isEmpty();

        var elsewhere = new SealedCache(Estate.homeKey(home.resolve("other"), "x"), () -> false);
        elsewhere.write(NAME, new byte[10]);
        try (var files = Files.list(home.resolve("other/cache"))) {
            Files.copy(mine, files.findFirst().orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(elsewhere.read(NAME)).isEmpty();
    }

    @Test
    void endsWithTheKeyItWasWrittenUnder() throws Exception {
        var homeKey = Estate.homeKey(home, "x");
        var cache = new SealedCache(homeKey, () -> false);
        cache.write(NAME, CONTENT);
        try (var alone = homeKey.changing()) {
            homeKey.change(EstateKeys::rotated);
            homeKey.change(EstateKeys::withoutOld);
        }

        assertThat(cache("x").read(NAME)).isEmpty();
        cache("x").write(NAME, CONTENT);
        assertThat(cache("x").read(NAME)).isPresent();
    }

    @Test
    void withoutKeysOrRoomItIsEmptyAndSilent() throws Exception {
        cache("right").write(NAME, CONTENT);
        assertThat(cache("wrong").read(NAME)).isEmpty();
        assertThat(cache(null).read(NAME)).isEmpty();
        cache("wrong").write(NAME, new byte[1]);
        assertThat(cache("right").read(NAME)).hasValueSatisfying(read -> assertThat(read).isEqualTo(CONTENT));

        var blocked = home.resolve("blocked");
        Files.createDirectories(blocked);
        Files.writeString(blocked.resolve("cache"), "a file where the folder should be");
        var cache = new SealedCache(Estate.homeKey(blocked, "x"), () -> false);
        cache.write(NAME, CONTENT);
        cache.remove(NAME);
        assertThat(cache.read(NAME)).isEmpty();
    }
}
