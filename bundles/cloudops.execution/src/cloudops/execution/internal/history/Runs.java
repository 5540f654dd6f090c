package cloudops.execution.internal.history;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.internal.history.History.Watch;
import cloudops.execution.internal.output.PrivateFiles;

/**
 * Which processes that wrote to a home's history still live. Each holds a lock on a file {@code <run>.lock} of its own until it ends, in
 * whatever way; the system lets go of the lock then, and a process ID that is used again misleads nobody. Thread-safe.
 * <p>
 * A process loses its locks on a file as soon as it closes any descriptor of it (POSIX), so it never opens the lock files of its own
 * runs.
 */
final class Runs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final String LOCK = ".lock";

    /** The runs of this process. */
    private static final Set<UUID> HERE = ConcurrentHashMap.newKeySet();
    /** Runs of others whose end is waited for. */
    private static final Map<UUID, Awaited> AWAITED = new HashMap<>(); // guarded by itself

    private final Path folder;
    private final HomeLock home;
    private final Set<UUID> dead = ConcurrentHashMap.newKeySet();
    private volatile UUID own; // null until it is asked for
    private FileLock held; // guarded by this

    Runs(Path folder, HomeLock home) {
        this.folder = folder;
        this.home = home;
    }

    /** The run of this object, made at first use. */
    UUID own() throws IOException {
        return own == null ? begin() : own;
    }

    private synchronized UUID begin() throws IOException {
        if (own == null) {
            own = home.locked(() -> { // so that nobody finds the file before it is locked
                PrivateFiles.createFolders(folder);
                removeStale();
                var run = UUID.randomUUID();
                HERE.add(run);
                var file = fileOf(run);
                PrivateFiles.create(file);
                held = requireNonNull(FileChannel.open(file, StandardOpenOption.WRITE).tryLock(), "nobody else knows the file");
                return run;
            });
        }
        return own;
    }

    private void removeStale() throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + LOCK)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (!isAlive(name.substring(0, name.length() - LOCK.length()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private boolean isAlive(String name) throws IOException {
        try {
            return isAlive(UUID.fromString(name));
        } catch (IllegalArgumentException e) {
            return true; // not ours
        }
    }

    boolean isAlive(UUID run) throws IOException {
        if (HERE.contains(run)) {
            return true;
        }
        if (dead.contains(run)) {
            return false;
        }
        if (isLocked(fileOf(run))) {
            return true;
        }
        dead.add(run);
        return false;
    }

    /** Whether it was not known before that it has ended. */
    boolean isNewlyDead(UUID run) throws IOException {
        return !dead.contains(run) && !isAlive(run);
    }

    private static synchronized boolean isLocked(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ); var free = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return free == null;
        } catch (NoSuchFileException e) {
            return false;
        } catch (OverlappingFileLockException e) {
            return true; // a thread of this process waits for its end
        }
    }

    /** Somebody else's run, and what is to be done when it has ended. */
    private record Awaited(Thread thread, List<Runnable> actions) {
    }

    /** Has {@code action} done when {@code run} has ended, unless that is closed before; never, when it is one of this process. */
    Watch whenEnded(UUID run, Runnable action) {
        if (HERE.contains(run)) {
            return () -> {
                // it ends with this process
            };
        }
        synchronized (AWAITED) {
            var awaited = AWAITED.computeIfAbsent(run, unknown -> new Awaited( // it waits in the kernel
                    Thread.ofPlatform().daemon().name("execution-run-end").start(() -> awaitEnd(run)), new ArrayList<>()));
            awaited.actions().add(action);
            return () -> forget(run, awaited, action);
        }
    }

    private static void forget(UUID run, Awaited awaited, Runnable action) {
        synchronized (AWAITED) {
            awaited.actions().remove(action);
            if (awaited.actions().isEmpty() && AWAITED.remove(run, awaited)) {
                awaited.thread().interrupt();
            }
        }
    }

    private void awaitEnd(UUID run) {
        try {
            while (isLocked(fileOf(run))) {
                awaitLock(fileOf(run));
            }
        } catch (ClosedByInterruptException | FileLockInterruptionException e) {
            return; // nobody waits for it any more
        } catch (IOException e) {
            LOG.warn("the end of another process cannot be waited for run={}", run, e);
        }
        ended(run);
    }

    private static void ended(UUID run) {
        List<Runnable> actions;
        synchronized (AWAITED) {
            var awaited = AWAITED.get(run);
            if (awaited == null || awaited.thread() != Thread.currentThread()) {
                return; // nobody waits for it any more
            }
            AWAITED.remove(run);
            actions = List.copyOf(awaited.actions());
        }
        actions.forEach(Runnable::run);
    }

    private static void awaitLock(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ); var free = channel.lock(0, Long.MAX_VALUE, true)) {
            LOG.debug("the owner of {} has ended", file);
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            // gone by now, or another thread was just looking whether it is locked
        }
    }

    private Path fileOf(UUID run) {
        return folder.resolve(run + LOCK);
    }

    /** This run has ended. */
    @Override
    public synchronized void close() throws IOException {
        if (own != null) {
            try (var channel = held.acquiredBy()) {
                Files.deleteIfExists(fileOf(own));
            } finally {
                HERE.remove(own);
            }
        }
    }
}
