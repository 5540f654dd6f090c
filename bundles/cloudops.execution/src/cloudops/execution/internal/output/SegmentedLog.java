package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.spi.OutputLog;

/**
 * A log that this process writes. Output is gathered in memory until a segment is full or {@value #FLUSH_MS} ms old, then written by another
 * thread, so that whoever reads the command's pipe goes on reading; it waits only when {@value #AHEAD} segments wait to be written. Readers
 * take what is written from the files and the rest from memory, hence see every byte as soon as it is appended.
 */
final class SegmentedLog implements OutputLog {

    private static final long FLUSH_MS = 200;
    private static final int AHEAD = 4;
    private static final int FIRST = 8 * 1024; // most logs stay small, and there may be a thousand at once

    private final UUID id;
    private final LogFormat format;
    private final LogFormat.Sink sink;
    private final Executor writers;
    private final ScheduledExecutorService timer;
    private final Consumer<SegmentedLog> whenSealed;
    private final CompletableFuture<IOException> failed = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    // all guarded by the lock
    private final Condition progress = lock.newCondition();
    private final Deque<Segment> waiting = new ArrayDeque<>(); // to be written; the first of them is being written
    private final Deque<byte[]> spare = new ArrayDeque<>();
    private byte[] pending = {};
    private int size; // of what is pending
    private long written; // segments in the files
    private boolean writing; // by some thread
    private boolean sealed;
    private IOException failure;
    private Future<?> flush;

    /** @param whenSealed is told, once, that nothing is written any more */
    SegmentedLog(UUID id, LogFormat format, Executor writers, ScheduledExecutorService timer, Consumer<SegmentedLog> whenSealed)
            throws IOException {
        this(id, format, format.create(id), writers, timer, whenSealed);
    }

    SegmentedLog(UUID id, LogFormat format, LogFormat.Sink sink, Executor writers, ScheduledExecutorService timer,
            Consumer<SegmentedLog> whenSealed) {
        this.id = id;
        this.format = format;
        this.sink = sink;
        this.writers = writers;
        this.timer = timer;
        this.whenSealed = whenSealed;
    }

    private record Segment(byte[] bytes, int length, boolean last) {
    }

    UUID id() {
        return id;
    }

    @Override
    public Path path() {
        return format.path(id);
    }

    @Override
    public CompletableFuture<IOException> failure() {
        return failed;
    }

    @Override
    public void append(Stream stream, byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            for (int done = 0; done < length;) {
                if (size + LogFormat.ENTRY_HEADER >= LogFormat.SEGMENT) {
                    enqueue();
                }
                requireWritable();
                int part = Math.min(length - done, LogFormat.SEGMENT - size - LogFormat.ENTRY_HEADER);
                grow(size + LogFormat.ENTRY_HEADER + part);
                ByteBuffer.wrap(pending, size, LogFormat.ENTRY_HEADER + part).put((byte) stream.ordinal()).putInt(part)
                        .put(bytes, offset + done, part);
                size += LogFormat.ENTRY_HEADER + part;
                done += part;
            }
            if (flush == null) {
                flushSoon();
            }
        } finally {
            lock.unlock();
        }
    }

    private void flushSoon() {
        try {
            flush = timer.schedule(this::flush, FLUSH_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            fail(new IOException("the store of the log is closed: " + path(), e));
        }
    }

    /** Nothing is written any more, and whoever waits for that hears of it. */
    private void fail(IOException problem) {
        failure = problem;
        failed.complete(problem);
        progress.signalAll();
    }

    private void requireWritable() throws IOException {
        if (sealed) {
            throw new IOException("the log is sealed: " + path());
        }
        requireKept();
    }

    /** A new exception each time: they are thrown in several threads. */
    private void requireKept() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private void grow(int capacity) {
        if (pending.length < capacity) {
            var larger = capacity > LogFormat.SEGMENT / 2 && !spare.isEmpty() ? spare.pop()
                    : new byte[Math.min(LogFormat.SEGMENT, Math.max(FIRST, Integer.highestOneBit(capacity - 1) << 1))];
            System.arraycopy(pending, 0, larger, 0, size);
            pending = larger;
        }
    }

    /** For readers in other processes. */
    private void flush() {
        lock.lock();
        try {
            flush = null;
            if (size > 0 && !sealed && failure == null) {
                if (waiting.isEmpty()) {
                    enqueue();
                } else {
                    flushSoon(); // another one is being written
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void seal() throws IOException {
        lock.lock();
        try {
            if (!sealed) {
                if (flush != null) {
                    flush.cancel(false);
                }
                if (failure == null) {
                    waiting.add(new Segment(pending, size, true));
                    pending = new byte[0];
                    size = 0;
                }
                sealed = true;
                while (writing) {
                    progress.awaitUninterruptibly();
                }
                write();
                spare.clear(); // many logs outlive their executions
                close();
            }
            requireKept();
        } finally {
            lock.unlock();
        }
    }

    private void close() throws IOException {
        try (var closing = sink) {
            whenSealed.accept(this);
        }
    }

    /** Lets another thread write what is pending; waits while too much waits. */
    private void enqueue() {
        while (waiting.size() >= AHEAD && failure == null) {
            progress.awaitUninterruptibly();
        }
        if (failure == null) {
            waiting.add(new Segment(pending, size, false));
            pending = spare.isEmpty() ? new byte[0] : spare.pop();
            size = 0;
            if (!writing) {
                writing = true;
                try {
                    writers.execute(this::writeAsOther);
                } catch (RejectedExecutionException e) {
                    writing = false;
                    fail(new IOException("the store of the log is closed: " + path(), e));
                }
            }
        }
    }

    private void writeAsOther() {
        lock.lock();
        try {
            write();
        } finally {
            writing = false;
            progress.signalAll();
            lock.unlock();
        }
    }

    /** Writes all that waits. Holds the lock, but not while it writes. What cannot be written stays in memory, for the readers. */
    private void write() {
        for (var segment = waiting.peek(); segment != null && failure == null; segment = waiting.peek()) {
            lock.unlock();
            IOException problem = null;
            try {
                sink.write(segment.bytes, segment.length, segment.last);
            } catch (IOException e) {
                problem = e;
            } catch (RuntimeException | Error e) { // the readers and the writer of this log must hear of it, whatever broke
                problem = new IOException("the log cannot be written: " + e, e);
            } finally {
                lock.lock();
            }
            if (problem == null) {
                waiting.remove();
                written++;
                if (segment.bytes.length == LogFormat.SEGMENT && spare.size() < AHEAD) {
                    spare.push(segment.bytes);
                }
            } else {
                fail(problem);
            }
            progress.signalAll();
        }
    }

    @Override
    public Cursor read() throws IOException {
        return new Reader();
    }

    @Override
    public void delete() throws IOException {
        try {
            seal();
        } finally {
            FileLogStore.delete(format, id);
        }
    }

    /** Reads segment after segment; of the unfinished one, as much as there is. */
    private final class Reader implements Cursor {

        private LogFormat.Source files; // opened when something is in them that was not read from memory
        private long inFiles; // the segment that the files would give next
        private long number; // of the segment that is read
        private int consumed; // bytes of it that were handed out already
        private ByteBuffer segment = ByteBuffer.allocate(0);
        private boolean ended;

        @Override
        public Chunk next() throws IOException {
            while (!segment.hasRemaining()) {
                if (!fill()) {
                    return null;
                }
            }
            var stream = Stream.values()[segment.get()];
            var bytes = new byte[segment.getInt()];
            segment.get(bytes);
            return new Chunk(stream, bytes);
        }

        @Override
        public boolean ended() {
            return ended && !segment.hasRemaining();
        }

        /** Loads what comes next. @return whether there may be something */
        private boolean fill() throws IOException {
            lock.lock();
            try {
                if (number >= written) {
                    return fillFromMemory();
                }
                ended = sealed && failure == null && number == written - 1;
            } finally {
                lock.unlock();
            }
            segment = ByteBuffer.wrap(fromFiles());
            segment.position(consumed);
            consumed = 0;
            number++;
            return true;
        }

        private boolean fillFromMemory() {
            long place = written;
            for (var candidate : waiting) {
                if (place++ == number) {
                    take(candidate.bytes, candidate.length);
                    number++;
                    consumed = 0;
                    return true;
                }
            }
            ended = sealed && failure == null;
            if (sealed && failure == null || size == consumed) {
                return false;
            }
            take(pending, size);
            consumed = size;
            return true;
        }

        private void take(byte[] bytes, int length) {
            segment = ByteBuffer.wrap(Arrays.copyOfRange(bytes, consumed, length));
        }

        private byte[] fromFiles() throws IOException {
            if (files == null) {
                files = format.open(id);
            }
            for (; inFiles < number; inFiles++) {
                requireThere(files.skip());
            }
            var bytes = files.next();
            requireThere(bytes != null);
            inFiles++;
            return bytes;
        }

        private void requireThere(boolean there) throws IOException {
            if (!there) {
                throw new IOException("the log was cut off: " + path());
            }
        }

        @Override
        public void close() throws IOException {
            if (files != null) {
                files.close();
            }
        }
    }
}
