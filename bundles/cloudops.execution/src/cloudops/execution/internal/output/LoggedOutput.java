package cloudops.execution.internal.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.spi.OutputLog;

/** Output that goes to a log, from which any number of readers follow it at their own pace. */
public final class LoggedOutput implements Output {

    private final OutputLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private long size;
    private boolean sealed;

    public LoggedOutput(OutputLog log) {
        this.log = log;
    }

    @Override
    public void write(Stream stream, byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (sealed) {
                return;
            }
            log.append(stream, bytes, offset, length);
            size += length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        watchers.forEach(Runnable::run);
    }

    /** Has {@code watcher} called whenever there is more, by the thread that writes: it is quick and throws nothing. */
    public void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    public void unwatch(Runnable watcher) {
        watchers.remove(watcher);
    }

    public boolean hasMore(long consumed) {
        lock.lock();
        try {
            return size > consumed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void seal() throws IOException {
        lock.lock();
        try {
            sealed = true;
            changed.signalAll();
            log.seal();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes waiting readers, so that they notice that they were closed. */
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is more than {@code consumed} bytes.
     *
     * @param closed asked again at every {@link #wake}
     * @return false when there is no more: it has ended, was closed, or something else woke the reader
     */
    public boolean awaitMore(long consumed, BooleanSupplier closed) throws InterruptedException {
        lock.lock();
        try {
            if (size == consumed && !sealed && !closed.getAsBoolean()) {
                changed.await();
            }
            return size > consumed;
        } finally {
            lock.unlock();
        }
    }

    public boolean ended(long consumed) {
        lock.lock();
        try {
            return sealed && size == consumed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<IOException> failure() {
        return log.failure();
    }

    public OutputLog.Cursor read() throws IOException {
        return log.read();
    }

    @Override
    public String text(Stream stream) throws IOException {
        if (isEmpty()) {
            return "";
        }
        var text = new ByteArrayOutputStream();
        try (var cursor = log.read()) {
            for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                if (chunk.stream() == stream) {
                    text.writeBytes(chunk.bytes());
                }
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private boolean isEmpty() {
        lock.lock();
        try {
            return size == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Path path() {
        return log.path();
    }

    public void delete() throws IOException {
        log.delete();
    }
}
