package cloudops.execution.internal.output;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import javax.crypto.SecretKey;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.spi.OutputLog;

/**
 * A log file of encrypted segments. Output is gathered in memory until a segment is full ({@value #SEGMENT} bytes), then sealed and
 * written; the last, possibly empty segment is marked as final, so that a cut file is noticed. Readers take full segments from the file and the
 * rest from memory, hence see every byte as soon as it is appended.
 * <p>
 * File: {@code segment*}; segment: {@code byte final, int length, nonce and ciphertext} (see {@link SegmentCipher}); plaintext of a segment:
 * {@code (byte stream, int length, bytes)*}.
 * <p>
 * Plain file streams and no channels: a channel closes when a thread that uses it is interrupted, and interrupts are how executions are
 * cancelled.
 */
final class EncryptedLog implements OutputLog {

    static final int SEGMENT = 64 * 1024;
    private static final int ENTRY_HEADER = Byte.BYTES + Integer.BYTES;

    private final Path path;
    private final SegmentCipher cipher;
    private final DataOutputStream file;
    private final ReentrantLock lock = new ReentrantLock();
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private long written; // full segments in the file
    private boolean sealed;
    private boolean broken; // a write failed: what the file holds behind the last good segment is not ours to read

    EncryptedLog(Path path, UUID execution, SecretKey key) throws IOException {
        this.path = path;
        cipher = new SegmentCipher(execution, key);
        PrivateFiles.create(path);
        file = new DataOutputStream(new FileOutputStream(path.toFile(), true));
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void append(Stream stream, byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (sealed) {
                throw new IOException("the log is sealed: " + path);
            }
            if (pending.capacity() == 0) {
                pending = ByteBuffer.allocate(SEGMENT);
            }
            for (int done = 0; done < length;) {
                if (pending.remaining() <= ENTRY_HEADER) {
                    writeSegment(false);
                }
                int size = Math.min(length - done, pending.remaining() - ENTRY_HEADER);
                pending.put((byte) stream.ordinal()).putInt(size).put(bytes, offset + done, size);
                done += size;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void seal() throws IOException {
        lock.lock();
        try (var closing = file) {
            if (!sealed) {
                sealed = true;
                if (!broken) {
                    writeSegment(true);
                    pending = ByteBuffer.allocate(0); // many logs outlive their executions
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeSegment(boolean last) throws IOException {
        var secret = cipher.encrypt(Arrays.copyOf(pending.array(), pending.position()), written, last);
        var segment = ByteBuffer.allocate(ENTRY_HEADER + secret.length).put((byte) (last ? 1 : 0)).putInt(secret.length).put(secret);
        broken = true;
        file.write(segment.array());
        broken = false;
        written++;
        pending.clear();
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
            Files.deleteIfExists(path);
        }
    }

    /** Reads segment after segment; of the unfinished one, as much as there is. */
    private final class Reader implements Cursor {

        private final DataInputStream in = new DataInputStream(new FileInputStream(path.toFile()));
        private long number; // of the segment that is read
        private ByteBuffer segment = ByteBuffer.allocate(0);
        private int consumed; // bytes of the unfinished segment that were handed out already

        Reader() throws IOException {
            // opens the file
        }

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

        /** Loads what comes next. @return whether there may be something */
        private boolean fill() throws IOException {
            lock.lock();
            try {
                if (number == written) {
                    if (pending.position() == consumed) {
                        return false;
                    }
                    segment = ByteBuffer.wrap(Arrays.copyOfRange(pending.array(), consumed, pending.position()));
                    consumed = pending.position();
                    return true;
                }
            } finally {
                lock.unlock();
            }
            segment = ByteBuffer.wrap(readSegment());
            segment.position(consumed);
            consumed = 0;
            number++;
            return true;
        }

        private byte[] readSegment() throws IOException {
            try {
                var last = in.readByte() == 1;
                var secret = new byte[SegmentCipher.checkedLength(in.readInt())];
                in.readFully(secret);
                return cipher.decrypt(secret, number, last);
            } catch (EOFException e) {
                throw new IOException("the log was cut off: " + path, e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
