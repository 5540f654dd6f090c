package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.SleepingLockWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Prepared;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;
import cloudops.vectorstore.spi.CollectionRules;

/**
 * Replaces collections all at once. The new ones are built in {@code .restore} beside the old. When they are whole, every old one is locked
 * and its replacement prepared as a Lucene commit; then the file {@code ready} is written, and the commits follow. What is missing, or damaged
 * beyond repair, is replaced by a rename, after that file, too: until then nothing of the store is touched. Who finds the file, after a crash,
 * does all of it again before anything else, so that nobody sees one collection of before and another of after.
 */
class Restoration {

    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);
    private static final long LOCK_POLL_MILLIS = 10;

    private final Path root;
    private final Path stage;
    private final Path ready;
    private final Tuning tuning;

    Restoration(Path root, Tuning tuning) {
        this.root = root;
        this.tuning = tuning;
        stage = root.resolve(".restore");
        ready = stage.resolve("ready");
    }

    void run(List<CollectionContents> contents) throws VectorStoreException {
        locked(() -> {
            commitPending();
            delete(stage);
            try {
                stage(contents);
                replace(true);
            } catch (IOException | VectorStoreException | RuntimeException e) {
                if (Files.exists(ready)) {
                    throw unfinished(e);
                }
                throw e;
            } finally {
                if (!Files.exists(ready)) {
                    delete(stage);
                }
            }
        });
    }

    private VectorStoreException unfinished(Exception e) {
        return new VectorStoreException(Problem.UNFINISHED, "The restore of " + root + " is decided, and will be completed by whoever uses the store next; "
                + "it stopped because of: " + e.getMessage(), e);
    }

    /** Builds what is to be, beside what is. */
    void stage(List<CollectionContents> contents) throws IOException, VectorStoreException {
        for (var collection : contents) {
            build(stage.resolve(collection.collection()), collection);
        }
    }

    /** Ends what a crash interrupted after it was decided. Costs a look at the disk when there is nothing. */
    void finish() throws VectorStoreException {
        if (Files.exists(ready)) {
            locked(this::commitPending);
        }
    }

    private void commitPending() throws IOException, VectorStoreException {
        if (Files.exists(ready)) {
            LOG.info("restore that was interrupted is finished store={}", root);
            replace(false);
        }
    }

    private void build(Path folder, CollectionContents contents) throws IOException, VectorStoreException {
        LuceneCollection.create(folder, contents.dimensions(), tuning);
        try (var built = LuceneCollection.open(folder, tuning).orElseThrow()) {
            built.write(writer -> {
                try {
                    contents.points().each(point -> {
                        try {
                            if (point.vector() != null) {
                                CollectionRules.checkVector(contents.collection(), contents.dimensions(), point.vector());
                            }
                            writer.updateDocument(PointDocument.idTerm(point.id()), PointDocument.of(point));
                        } catch (VectorStoreException e) {
                            throw new UncheckedIOException(new ContentsException(e));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                } catch (VectorStoreException e) {
                    throw new ContentsException(e);
                }
            });
        } catch (VectorStoreException e) {
            throw e.getCause() instanceof ContentsException contentsFailed ? contentsFailed.failure : e;
        }
    }

    /** Carries a failure of the contents through Lucene's writer. */
    private static final class ContentsException extends IOException {

        private static final long serialVersionUID = 1L;

        private final VectorStoreException failure;

        ContentsException(VectorStoreException failure) {
            super(failure.getMessage(), failure);
            this.failure = failure;
        }
    }

    /** @param decide whether this is not decided yet, and is once all are prepared */
    private void replace(boolean decide) throws IOException, VectorStoreException {
        var opened = new ArrayList<LuceneCollection>();
        var prepared = new LinkedHashMap<Path, Prepared>();
        var others = new ArrayList<Path>();
        try {
            for (var staged : staged()) {
                var live = live(staged);
                if (live.isPresent()) {
                    opened.add(live.get());
                    prepared.put(staged, live.get().prepareReplacement(staged));
                } else {
                    others.add(staged);
                }
            }
            if (decide) {
                decide();
            }
            for (var commit : prepared.values()) {
                commit.commit();
            }
            for (var staged : others) {
                putInPlace(staged);
            }
        } finally {
            for (var commit : prepared.sequencedValues().reversed()) {
                commit.close();
            }
            for (var live : opened) {
                live.close();
            }
        }
        Files.delete(ready);
        // were the file there again after a crash, and half of what it speaks of, nobody could do it again
        force(stage);
        delete(stage);
        force(root);
    }

    private List<Path> staged() throws IOException {
        try (var folders = Files.list(stage)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The collection to be replaced; empty when it is missing, or damaged so that it cannot be written. Is left as it is. */
    private Optional<LuceneCollection> live(Path staged) throws IOException, VectorStoreException {
        var folder = folder(staged);
        int dimensions = dimensions(staged);
        try {
            var live = LuceneCollection.open(folder, tuning);
            if (live.isPresent()) {
                checkSize(live.get(), folder, dimensions);
            }
            return live;
        } catch (VectorStoreException e) {
            if (e.problem() != Problem.CORRUPT) {
                throw e;
            }
            if (e.getCause() instanceof IndexFormatTooNewException || e.getCause() instanceof IndexFormatTooOldException) {
                throw new VectorStoreException(Problem.CORRUPT, folder + " was written by a newer version of CloudOps, or is damaged, and is not replaced: "
                        + e.getCause().getMessage() + ". Restore with that version, or move this folder away, then restore again.", e);
            }
            LOG.warn("collection is damaged and will be replaced as a whole folder={}", folder, e);
            return Optional.empty();
        }
    }

    private Path folder(Path staged) {
        return root.resolve(staged.getFileName().toString());
    }

    private int dimensions(Path staged) throws IOException, VectorStoreException {
        try (var built = LuceneCollection.open(staged, tuning).orElseThrow()) {
            return built.dimensions();
        }
    }

    /** Only after the decision. May be done again from wherever it stopped: what was moved is not staged any more. */
    private void putInPlace(Path staged) throws IOException, VectorStoreException {
        var folder = folder(staged);
        try (var live = live(staged).orElse(null)) {
            if (live != null) {
                // made by another process since it was missing
                try (var replacement = live.prepareReplacement(staged)) {
                    replacement.commit();
                }
                return;
            }
        }
        if (Files.exists(folder)) {
            putAside(folder);
        }
        Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
        force(root);
    }

    private static void checkSize(LuceneCollection live, Path folder, int wanted) throws IOException, VectorStoreException {
        try {
            CollectionRules.checkSize(folder.getFileName().toString(), live.dimensions(), wanted);
        } catch (VectorStoreException e) {
            live.close();
            throw e;
        }
    }

    private static void putAside(Path folder) throws IOException {
        var aside = folder.resolveSibling("." + folder.getFileName() + "-damaged-" + UUID.randomUUID());
        Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        LOG.warn("damaged collection put aside folder={}", aside);
    }

    /** From here on it is done, whoever does it; on an exception it never is. */
    void decide() throws IOException {
        force(root);
        try {
            Files.createFile(ready);
            force(ready);
            force(stage);
        } catch (IOException e) {
            try {
                // or somebody would do what was said to have failed
                Files.deleteIfExists(ready);
            } catch (IOException stays) {
                e.addSuppressed(stays);
            }
            throw e;
        }
    }

    /** A name is as durable as its folder. Not every system can force one. */
    void force(Path path) throws IOException {
        if (Files.isDirectory(path) && !path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (var file = FileChannel.open(path, Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            file.force(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            LOG.trace("nothing to delete", e);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, VectorStoreException;
    }

    private void locked(Step step) throws VectorStoreException {
        try {
            Files.createDirectories(root, LuceneCollection.ownerOnly());
            lockedIn(step);
        } catch (LockObtainFailedException e) {
            throw new VectorStoreException(Problem.LOCKED, "Another CloudOps process is restoring " + root
                    + ". Wait until it is done, then try again.", e);
        } catch (IOException e) {
            throw new VectorStoreException(Problem.IO, "The store in " + root + " cannot be replaced: " + e, e);
        }
    }

    private void lockedIn(Step step) throws IOException, VectorStoreException {
        try (var directory = FSDirectory.open(root); var lock = lock(directory)) {
            lock.ensureValid();
            step.run();
        }
    }

    private Lock lock(FSDirectory directory) throws IOException {
        return new SleepingLockWrapper(directory, tuning.lockWait().toMillis(), LOCK_POLL_MILLIS).obtainLock("restore.lock");
    }
}
