package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Wakes one thread that waits for what other processes write to folders. What happens between two waits is not missed. */
final class Changes implements AutoCloseable {

    private final WatchService watcher;

    /** @throws IOException when a folder is not there, or the system lets nobody watch it (any more) */
    Changes(Set<Path> folders) throws IOException {
        watcher = folders.iterator().next().getFileSystem().newWatchService();
        try {
            for (var folder : folders) {
                folder.register(watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** @return the folders in which something has changed; empty once it is closed */
    Set<Path> await() throws InterruptedException {
        try {
            return changed(watcher.take());
        } catch (ClosedWatchServiceException e) {
            return Set.of();
        }
    }

    /** @return the same; also empty when nothing has changed in all that time */
    Set<Path> await(Duration longest) throws InterruptedException {
        try {
            var key = watcher.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
            return key == null ? Set.of() : changed(key);
        } catch (ClosedWatchServiceException e) {
            return Set.of();
        }
    }

    private Set<Path> changed(WatchKey first) {
        var folders = new HashSet<Path>();
        for (var key = first; key != null; key = watcher.poll()) {
            key.pollEvents();
            key.reset();
            folders.add((Path) key.watchable());
        }
        return folders;
    }

    /** Wakes who waits. */
    @Override
    public void close() {
        try {
            watcher.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing frees memory and a descriptor, and waits for nobody", e);
        }
    }
}
