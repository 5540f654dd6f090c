package cloudops.execution.internal.output;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import cloudops.execution.spi.LogKeys;

/**
 * {@code <id>.log}: the mark {@code CWL1}, then segments: {@code byte last, int length, nonce and ciphertext} (see {@link SegmentCipher}).
 * <p>
 * Plain file streams and no channels: a channel closes when a thread that uses it is interrupted, and interrupts are how executions are
 * cancelled.
 */
final class EncryptedFormat implements LogFormat {

    private static final byte[] MARK = "CWL1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = Byte.BYTES + Integer.BYTES;

    private final Path folder;
    private final LogKeys keys;

    EncryptedFormat(Path folder, LogKeys keys) {
        this.folder = folder;
        this.keys = keys;
    }

    @Override
    public Path path(UUID execution) {
        return folder.resolve(execution + ".log");
    }

    @Override
    public List<Path> files(UUID execution) {
        return List.of(path(execution));
    }

    @Override
    public Sink create(UUID execution) throws IOException {
        return new EncryptingSink(path(execution), new SegmentCipher(execution, keys.logs()));
    }

    @Override
    public Source open(UUID execution) throws IOException {
        if (!Files.exists(path(execution))) {
            throw new NoSuchFileException(path(execution).toString());
        }
        return new DecryptingSource(path(execution), new SegmentCipher(execution, keys.logs()));
    }

    private static final class EncryptingSink implements Sink {

        private final SegmentCipher cipher;
        private final FileOutputStream file;
        private byte[] buffer = {};
        private long number;

        EncryptingSink(Path path, SegmentCipher cipher) throws IOException {
            this.cipher = cipher;
            PrivateFiles.create(path);
            file = new FileOutputStream(path.toFile(), true);
        }

        @Override
        public void write(byte[] segment, int length, boolean last) throws IOException {
            int start = number == 0 ? MARK.length : 0;
            int end = start + HEADER + cipher.encryptedLength(length);
            if (buffer.length < end) {
                buffer = new byte[end];
            }
            ByteBuffer.wrap(buffer).put(MARK, 0, start).put((byte) (last ? 1 : 0)).putInt(end - start - HEADER);
            cipher.encrypt(segment, length, number, last, buffer, start + HEADER);
            file.write(buffer, 0, end);
            number++;
        }

        @Override
        public void close() throws IOException {
            buffer = new byte[0];
            file.close();
        }
    }

    private static final class DecryptingSource implements Source {

        private final Path path;
        private final SegmentCipher cipher;
        private final RandomAccessFile file;
        private long position = MARK.length;
        private long number;
        private boolean ended;

        DecryptingSource(Path path, SegmentCipher cipher) throws IOException {
            this.path = path;
            this.cipher = cipher;
            file = new RandomAccessFile(path.toFile(), "r");
        }

        @Override
        public byte[] next() throws IOException {
            int length = find();
            if (length < 0) {
                return null;
            }
            file.seek(position);
            boolean last = file.readByte() == 1;
            var secret = new byte[length];
            file.seek(position + HEADER);
            file.readFully(secret);
            var segment = cipher.decrypt(secret, number, last);
            pass(length, last);
            return segment;
        }

        @Override
        public boolean skip() throws IOException {
            int length = find();
            if (length >= 0) {
                file.seek(position);
                pass(length, file.readByte() == 1);
            }
            return length >= 0;
        }

        private void pass(int length, boolean last) {
            position += HEADER + length;
            number++;
            ended = last;
        }

        /** Length of the next segment; -1 when it is not there as a whole. */
        private int find() throws IOException {
            long size = file.length();
            if (ended || size < position + HEADER) {
                return -1;
            }
            if (number == 0) {
                requireMark();
            }
            file.seek(position + 1);
            int length = SegmentCipher.checkedLength(file.readInt());
            return size < position + HEADER + length ? -1 : length;
        }

        private void requireMark() throws IOException {
            var mark = new byte[MARK.length];
            file.seek(0);
            file.readFully(mark);
            if (!Arrays.equals(mark, MARK)) {
                throw new IOException("not a log of ours, or changed: " + path);
            }
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
