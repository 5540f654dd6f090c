package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.internal.output.PrivateFiles;

/**
 * How processes of a home ask each other to cancel: by files {@code <id>.cancel} in a folder that only the user may enter. Who has the
 * execution takes the file away; who asked does so when nobody has.
 */
final class CancelRequests implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CancelRequests.class);
    private static final String SUFFIX = ".cancel";

    private final Path folder;
    private Changes changes; // null while nobody listens
    private boolean closed;

    CancelRequests(Path folder) {
        this.folder = folder;
    }

    void ask(UUID id) throws IOException {
        PrivateFiles.createFolders(folder);
        try {
            PrivateFiles.create(file(id));
        } catch (FileAlreadyExistsException e) {
            // somebody else asks for the same
        }
    }

    /** @return whether nobody has taken it */
    boolean withdraw(UUID id) throws IOException {
        return Files.deleteIfExists(file(id));
    }

    private Path file(UUID id) {
        return folder.resolve(id + SUFFIX);
    }

    /**
     * Hears of requests from now on, until it is closed.
     *
     * @param cancel cancels and returns true, or returns false for what is not of this process
     */
    void listen(Predicate<UUID> cancel) {
        Thread.ofVirtual().name("execution-cancel-requests").start(() -> {
            try {
                var mine = open();
                if (mine != null) {
                    do {
                        takeAll(cancel);
                    } while (!mine.await().isEmpty());
                }
            } catch (IOException e) {
                LOG.warn("other processes cannot cancel what runs here: {}", e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized Changes open() throws IOException {
        if (!closed) {
            changes = new Changes(Set.of(PrivateFiles.createFolders(folder)));
        }
        return changes;
    }

    private void takeAll(Predicate<UUID> cancel) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (cancels(name.substring(0, name.length() - SUFFIX.length()), cancel)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean cancels(String id, Predicate<UUID> cancel) {
        try {
            return cancel.test(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return false; // a file of somebody else
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (changes != null) {
            changes.close();
        }
    }
}
