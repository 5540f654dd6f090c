package cloudops.execution.internal.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.internal.history.BackwardLines.Line;
import cloudops.execution.internal.output.PrivateFiles;

/**
 * A file to which records are added and never changed, by any number of processes at once. It survives that any of them dies in the
 * middle of a write.
 * <p>
 * File: a first line {@code cloudops-history/1 SEAL CHECK}, then a line {@code PLACE SEALED} for every record, each between two line
 * breaks of its own: so whatever a broken byte does to one line, the next is whole. PLACE is a hash of the line before, and is sealed with the record. Records
 * that were changed, moved, swapped or removed break this chain at their place and nowhere else. That records are missing at the very end
 * cannot be seen.
 */
final class HistoryFile {

    /** Of a record; more is refused. */
    static final int LONGEST = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(HistoryFile.class);
    private static final String FORMAT = "cloudops-history/";
    private static final String VERSION = "1";
    private static final Pattern HEADER = Pattern.compile(Pattern.quote(FORMAT) + "(\\d{1,9}) (\\S{1,40}) (.{1,200})");
    private static final int LONGEST_HEADER = 300;
    private static final int LONGEST_LINE = 2 * LONGEST;
    private static final int PLACE = 22; // characters: 128 bits of SHA-256 in Base64

    private final Path path;
    private final HomeLock lock;
    private final Disk disk;

    private final AtomicInteger unsynced = new AtomicInteger(); // asked for since the file was last known to be on the disk

    // guarded by the lock: where our last append ended, and its line's hash, to save looking for it
    private long knownEnd = -1;
    private byte[] knownPlace;

    HistoryFile(Path path, HomeLock lock) {
        this(path, lock, HistoryFile::sync);
    }

    HistoryFile(Path path, HomeLock lock, Disk disk) {
        this.path = path;
        this.lock = lock;
        this.disk = disk;
    }

    /** Has what was written to a file outlive a power failure. */
    @FunctionalInterface
    interface Disk {
        void sync(Path file) throws IOException;
    }

    /** A part of the file that could not be read or that others were taken from. */
    record Damage(long offset, String reason) {
    }

    /** What a record says, and where it stands. */
    record Content(long offset, byte[] bytes) {
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** Adds a record. When this returns, it outlives the process; should it throw, the file is as it was. */
    void append(Seal seal, byte[] content) throws IOException {
        if (content.length > LONGEST) {
            throw new IOException("a record of " + content.length + " bytes is more than the " + LONGEST + " that a history takes");
        }
        lock.locked(() -> {
            create();
            try (var file = new RandomAccessFile(path.toFile(), "rw")) {
                write(file, seal, content);
            }
            return null;
        });
    }

    private void create() throws IOException {
        if (!Files.exists(path)) {
            try {
                PrivateFiles.create(path);
            } catch (FileAlreadyExistsException e) {
                throw new IOException(path + " is a link that leads nowhere", e);
            }
        }
    }

    private void write(RandomAccessFile file, Seal seal, byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream(content.length * 2);
        var place = file.length() == knownEnd ? knownPlace : lastPlace(file, seal);
        if (place == null) {
            var header = header(seal);
            bytes.writeBytes(header);
            bytes.write('\n');
            place = place(header);
        }
        var sealed = seal.close(place, content);
        var line = Arrays.copyOf(place, PLACE + 1 + sealed.length);
        line[PLACE] = ' ';
        System.arraycopy(sealed, 0, line, PLACE + 1, sealed.length);
        bytes.write('\n');
        bytes.writeBytes(line);
        bytes.write('\n');
        knownEnd = -1;
        long end = file.length();
        try {
            file.seek(end);
            file.write(bytes.toByteArray());
        } catch (IOException e) {
            try {
                file.setLength(end);
            } catch (IOException untidy) {
                e.addSuppressed(untidy); // the next append tidies up
            }
            throw new IOException(path + ": " + e.getMessage(), e);
        }
        knownEnd = end + bytes.size();
        knownPlace = place(line);
    }

    /** Cuts off what a crash left half written. @return the place behind the last record; null when the file is empty */
    private byte[] lastPlace(RandomAccessFile file, Seal seal) throws IOException {
        if (file.length() == 0) {
            return null;
        }
        if (isEmpty(file, seal)) {
            file.setLength(0);
            return null;
        }
        requireHeader(file, seal); // what is not ours is not to be cut
        var lines = new BackwardLines(file, LONGEST_LINE);
        var last = lines.next();
        if (!last.terminated() && last.offset() > 0 && open(last, seal) == null) {
            file.setLength(last.offset());
            last = lines.next();
        }
        return place(last.bytes());
    }

    /** Whether nothing is in it, but perhaps the beginning of our first line. */
    private static boolean isEmpty(RandomAccessFile file, Seal seal) throws IOException {
        var begin = beginning(file);
        var ours = prefix(seal) + ' ';
        return begin.isBlank() && begin.length() == file.length()
                || begin.length() < header(seal).length && begin.indexOf('\n') < 0 && (begin.startsWith(ours) || ours.startsWith(begin));
    }

    private static String beginning(RandomAccessFile file) throws IOException {
        var begin = new byte[(int) Math.min(LONGEST_HEADER, file.length())];
        file.seek(0);
        file.readFully(begin);
        return text(begin);
    }

    /**
     * Has all records written to the disk, at once but without waiting for it: those that ask at the same time share one write. A disk takes
     * a millisecond or some, which is less than a command needs to have any effect.
     */
    void syncSoon() {
        if (unsynced.getAndIncrement() == 0) {
            Thread.ofVirtual().name("execution-history-sync").start(this::sync);
        }
    }

    private void sync() {
        try {
            int asked;
            do {
                asked = unsynced.get();
                force();
            } while (!unsynced.compareAndSet(asked, 0));
        } catch (RuntimeException | Error e) {
            unsynced.set(0); // the next that asks tries again
            LOG.warn("the history would not outlive a power failure", e);
        }
    }

    private void force() {
        try {
            disk.sync(path);
        } catch (IOException e) {
            LOG.warn("the history would not outlive a power failure: {}", e.getMessage(), e);
        }
    }

    private static void sync(Path path) throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.getFD().sync();
        }
    }

    /** @param damages told of what could not be read */
    Reader read(Seal seal, Consumer<Damage> damages) throws IOException {
        return new Reader(seal, damages);
    }

    /** The records from the newest to the oldest, as far as it is asked for them. Sees what was there when it was opened. */
    final class Reader implements Closeable {

        private final RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        private final long size = file.length();
        private final Seal seal;
        private final Consumer<Damage> damages;
        private final BackwardLines lines;
        private long later; // offset of the record read last
        private byte[] expected; // the place that it names; null when that is not known

        private Reader(Seal seal, Consumer<Damage> damages) throws IOException {
            this.seal = seal;
            this.damages = damages;
            try {
                lines = new BackwardLines(file, LONGEST_LINE);
                if (!isEmpty(file, seal)) {
                    requireHeader(file, seal);
                }
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }

        /** @return null when there is no older one */
        Content next() throws IOException {
            for (var line = lines.next(); line != null; line = lines.next()) {
                if (line.offset() == 0) {
                    checkChain(line);
                    return null;
                }
                var content = open(line, seal);
                if (content != null) {
                    checkChain(line);
                    later = line.offset();
                    expected = Arrays.copyOf(line.bytes(), PLACE);
                    return new Content(line.offset(), content);
                }
                if (line.terminated()) { // else it is being written
                    damages.accept(new Damage(line.offset(), "was changed or is not whole"));
                    expected = null;
                }
            }
            return null;
        }

        private void checkChain(Line line) {
            if (expected != null && !Arrays.equals(expected, place(line.bytes()))) {
                damages.accept(new Damage(later, "what stood before it was changed or removed"));
            }
        }

        /** Whether there are newer ones by now. */
        boolean isOutdated() throws IOException {
            return file.length() != size;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private void requireHeader(RandomAccessFile file, Seal seal) throws IOException {
        var first = beginning(file).lines().findFirst().orElse("");
        var header = HEADER.matcher(first);
        if (!header.matches()) {
            throw new IOException(path + " is not a history of executions, or its first line is damaged; try: move it away");
        }
        if (!header.group(1).equals(VERSION)) {
            throw new IOException("the history " + path + " has format " + header.group(1) + ", this version knows " + VERSION
                    + "; try: a newer version of this program");
        }
        if (!header.group(2).equals(seal.name())) {
            throw new IOException("the history " + path + " is kept as " + header.group(2) + ", not as " + seal.name()
                    + "; try: the program that made it, or another home");
        }
        try {
            seal.open(prefix(seal).getBytes(US_ASCII), header.group(3).getBytes(US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IOException("the history " + path + " was made with another key than this home's; try: put the home's key file "
                    + "back, or move the history away", e);
        }
    }

    private static byte[] header(Seal seal) {
        var prefix = prefix(seal);
        return (prefix + ' ' + text(seal.close(prefix.getBytes(US_ASCII), VERSION.getBytes(US_ASCII)))).getBytes(US_ASCII);
    }

    private static String prefix(Seal seal) {
        return FORMAT + VERSION + ' ' + seal.name();
    }

    /** @return null when it is damaged */
    private static byte[] open(Line line, Seal seal) {
        var bytes = line.bytes();
        if (bytes == null || bytes.length <= PLACE + 1 || bytes[PLACE] != ' ') {
            return null;
        }
        try {
            return seal.open(Arrays.copyOf(bytes, PLACE), Arrays.copyOfRange(bytes, PLACE + 1, bytes.length));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /** The place behind {@code line}. */
    private static byte[] place(byte[] line) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(line == null ? new byte[0] : line);
            return Base64.getEncoder().withoutPadding().encode(Arrays.copyOf(hash, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String text(byte[] ascii) {
        return new String(ascii, US_ASCII);
    }
}
