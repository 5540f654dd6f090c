package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

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
 * and its replacement prepared as a Lucene commit; then the file {@code ready} is written, and the commits follow. Who finds that file, after
 * a crash, does the commits again before anything else, so that nobody sees one collection of before and another of after.
 */
final class Restoration {

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
            } finally {
                if (!Files.exists(ready)) {
                    delete(stage);
                }
            }
        });
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
        try {
            for (var staged : staged()) {
                var live = live(staged);
                opened.add(live);
                prepared.put(staged, live.prepareReplacement(staged));
            }
            if (decide) {
                decide();
            }
            for (var commit : prepared.values()) {
                commit.commit();
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
        delete(stage);
    }

    private List<Path> staged() throws IOException {
        try (var folders = Files.list(stage)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The collection to be replaced, which may be missing, or damaged so that it cannot be written: then it is put aside. */
    private LuceneCollection live(Path staged) throws IOException, VectorStoreException {
        var folder = root.resolve(staged.getFileName().toString());
        int dimensions;
        try (var built = LuceneCollection.open(staged, tuning).orElseThrow()) {
            dimensions = built.dimensions();
        }
        try {
            var live = LuceneCollection.open(folder, tuning);
            if (live.isPresent()) {
                checkSize(live.get(), folder, dimensions);
                return live.get();
            }
        } catch (VectorStoreException e) {
            if (e.problem() != Problem.CORRUPT) {
                throw e;
            }
            LOG.warn("damaged collection put aside folder={}", folder, e);
            putAside(folder);
        }
        LuceneCollection.create(folder, dimensions, tuning);
        return LuceneCollection.open(folder, tuning).orElseThrow();
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
        Files.move(folder, folder.resolveSibling("." + folder.getFileName() + "-damaged-" + UUID.randomUUID()));
    }

    /** From here on it is done, whoever does it. */
    void decide() throws IOException {
        try (var file = FileChannel.open(ready, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        try (var folder = FileChannel.open(stage, StandardOpenOption.READ)) {
            folder.force(true);
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
