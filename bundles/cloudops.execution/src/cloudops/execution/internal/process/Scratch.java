package cloudops.execution.internal.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.internal.output.PrivateFiles;

/** The engine's own folder: working directory of what names none, and place of the scripts' copies. Thread-safe. */
public final class Scratch {

    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String SCRIPT = "script-";
    /** Other processes of the home run theirs; to an interpreter that has read or opened its script, the file does not matter any more. */
    private static final Duration STALE = Duration.ofDays(1);

    private final Path folder;
    private final AtomicBoolean used = new AtomicBoolean();

    public Scratch(Path folder) {
        this.folder = folder;
    }

    /** Made if it is not there; at first, copies are deleted that processes left which came to a sudden end. */
    Path folder() throws IOException {
        PrivateFiles.createFolders(folder);
        if (used.compareAndSet(false, true)) {
            clean();
        }
        return folder;
    }

    /** Where the copy of an execution's script goes. */
    Path script(UUID execution) throws IOException {
        return folder().resolve(SCRIPT + execution);
    }

    private void clean() {
        try (var scripts = Files.newDirectoryStream(folder, Scratch::isStale)) {
            for (var script : scripts) {
                Files.deleteIfExists(script);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("old copies of scripts not deleted: {}", e.getMessage(), e);
        }
    }

    /** Of ours only: commands may have put anything here. */
    private static boolean isStale(Path file) throws IOException {
        var name = file.getFileName().toString();
        return name.startsWith(SCRIPT) && isId(name.substring(SCRIPT.length())) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(Instant.now().minus(STALE));
    }

    private static boolean isId(String text) {
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
