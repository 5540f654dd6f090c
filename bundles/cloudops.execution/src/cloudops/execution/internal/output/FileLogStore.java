package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import cloudops.execution.spi.LogStore;
import cloudops.execution.spi.OutputLog;

/**
 * Logs as files of one folder, 0700 as its files are 0600, which any number of processes share. They outlive the process; old ones are
 * deleted by every process at its start and every hour (see {@link Retention}).
 */
abstract sealed class FileLogStore implements LogStore, AutoCloseable permits EncryptedLogStore, PlainLogStore {

    private static final long CLEANED_EVERY_MIN = 60;

    private final PrivateFolder folder;
    private final LogFormat format;
    private final Map<UUID, SegmentedLog> written = new ConcurrentHashMap<>();
    private final ExecutorService writers = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("execution-log-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("execution-log-timer").factory());

    FileLogStore(Path folder, LogFormat format, Retention retention) {
        this.folder = new PrivateFolder(folder);
        this.format = format;
        timer.setRemoveOnCancelPolicy(true);
        timer.scheduleWithFixedDelay(() -> writers.execute(() -> retention.clean(folder, format, written.keySet())), 0, CLEANED_EVERY_MIN,
                TimeUnit.MINUTES);
    }

    @Override
    public OutputLog create(UUID execution) throws IOException {
        folder.make();
        try {
            var log = new SegmentedLog(execution, format, writers, timer, sealed -> written.remove(sealed.id()));
            written.put(execution, log);
            return log;
        } catch (FileAlreadyExistsException e) {
            throw new IOException("there is a log of an execution with this ID already: " + e.getFile(), e);
        }
    }

    @Override
    public Optional<OutputLog> open(UUID execution) throws IOException {
        var live = written.get(execution);
        if (live != null) {
            return Optional.of(live);
        }
        try {
            format.open(execution).close();
            return Optional.of(new StoredLog(execution, format));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(UUID execution) throws IOException {
        var live = written.get(execution);
        if (live != null) {
            live.delete();
        } else {
            delete(format, execution);
        }
    }

    static void delete(LogFormat format, UUID execution) throws IOException {
        for (var file : format.files(execution)) {
            Files.deleteIfExists(file);
        }
    }

    /** Leaves the logs. Those that are still written end here, and readers see that they were cut off. */
    @Override
    public void close() {
        timer.shutdownNow();
        writers.shutdown();
    }
}
