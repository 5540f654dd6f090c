package cloudops.backup.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import javax.crypto.AEADBadTagException;

import cloudops.storage.backup.BackupKey;
import cloudops.vectorstore.Point;

/** Writes the points of a collection into files of about one size, each encrypted as a whole. For one thread. */
final class PointFiles {

    private final Path folder;
    private final String backup;
    private final String collection;
    private final BackupKey key;
    private final int fileBytes;
    private final List<Manifest.Entry> written = new ArrayList<>();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private final DataOutputStream points = new DataOutputStream(buffer);
    private long buffered;

    /** @param fileBytes a file is ended when it holds so many */
    PointFiles(Path folder, String backup, String collection, BackupKey key, int fileBytes) {
        this.folder = folder;
        this.backup = backup;
        this.collection = collection;
        this.key = key;
        this.fileBytes = fileBytes;
    }

    void add(Point point) throws IOException {
        PointFormat.write(point, points);
        buffered++;
        if (buffer.size() >= fileBytes) {
            flush();
        }
    }

    /** Ends the last file; returns all. */
    List<Manifest.Entry> end() throws IOException {
        if (buffered > 0) {
            flush();
        }
        return written;
    }

    private void flush() throws IOException {
        var name = "%s/%06d".formatted(collection, written.size() + 1);
        var sealed = key.seal(buffer.toByteArray(), context(backup, name));
        var sha256 = BackupFolders.write(folder.resolve(name), sealed);
        written.add(new Manifest.Entry(name, collection, buffered, sealed.length, sha256));
        buffer.reset();
        buffered = 0;
    }

    /** Hands over the points of one file. @throws IOException when it is not what was written */
    static void read(byte[] sealed, String backup, Manifest.Entry file, BackupKey key, Consumer<Point> each) throws IOException {
        try {
            var in = new DataInputStream(new ByteArrayInputStream(key.open(sealed, context(backup, file.name()))));
            for (long left = file.points(); left > 0; left--) {
                each.accept(PointFormat.read(in));
            }
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes too many");
            }
        } catch (AEADBadTagException e) {
            throw new IOException("does not decrypt", e);
        }
    }

    /** Binds a file to its place, so that it cannot stand for another. */
    private static byte[] context(String backup, String name) {
        return ("cloudops/backup/" + backup + "/" + name).getBytes(UTF_8);
    }
}
