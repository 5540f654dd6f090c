package cloudops.execution.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

    @TempDir
    private Path folder;

    @Test
    void deletesCopiesOfScriptsThatACrashLeft() throws Exception {
        var stale = old("script-" + UUID.randomUUID());
        var mine = old("script-of-mine");
        var other = old("notes " + UUID.randomUUID());
        var running = Files.writeString(folder.resolve("script-" + UUID.randomUUID()), "echo"); // by another process
        var scratch = new Scratch(folder);
        scratch.folder();

        assertThat(stale).doesNotExist();
        assertThat(mine).exists();
        assertThat(other).exists();
        assertThat(running).exists();

        var later = old("script-" + UUID.randomUUID());
        scratch.folder();
        assertThat(later).as("looked for once only").exists();
    }

    @Test
    void followsNoLinks() throws Exception {
        var target = old("target");
        var link = Files.createSymbolicLink(folder.resolve("script-" + UUID.randomUUID()), target);
        new Scratch(folder).folder();

        assertThat(target).exists();
        assertThat(link).exists();
    }

    private Path old(String name) throws IOException {
        var file = Files.writeString(folder.resolve(name), "echo");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    }
}
