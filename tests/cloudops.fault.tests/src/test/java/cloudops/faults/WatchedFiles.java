package cloudops.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The files of this machine, with somebody who is told of each change before it is made, and may prevent it: code under test is killed, or finds
 * its disk full, exactly there. Lucene's own test framework has the like, but registers codecs that the product does not have.
 */
public final class WatchedFiles extends FileSystemProvider {

    /** What is about to be done to a file. */
    public enum Change {
        CREATE(true), WRITE(true), WRITE_REST(true), TRUNCATE(false), FORCE(false), LINK(true), MOVE(false), DELETE(false), CREATE_FOLDER(true);

        /** Whether it needs room on the disk. */
        public final boolean grows;

        Change(boolean grows) {
            this.grows = grows;
        }
    }

    /** Is told on the thread that makes the change. */
    @FunctionalInterface
    public interface Watch {
        /** @throws IOException for the change not to be made */
        void before(Change change, Path file) throws IOException;
    }

    private final FileSystemProvider real = FileSystems.getDefault().provider();
    private final FileSystem system = new WatchedSystem(this);
    private final Watch watch;

    private WatchedFiles(Watch watch) {
        this.watch = watch;
    }

    /** The same file; whatever is done by this path, or by paths made from it, is watched. */
    public static Path watched(Path path, Watch watch) {
        return new WatchedFiles(watch).wrap(path);
    }

    Path wrap(Path path) {
        return path == null || path instanceof WatchedPath ? path : new WatchedPath(path, system, this);
    }

    static Path bare(Path path) {
        return path instanceof WatchedPath watched ? watched.unwrap() : path;
    }

    @Override
    public String getScheme() {
        return "watched";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        return wrap(real.getPath(uri));
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        var file = bare(path);
        if (!Files.exists(file) && (options.contains(StandardOpenOption.CREATE) || options.contains(StandardOpenOption.CREATE_NEW))) {
            watch.before(Change.CREATE, file);
        } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            watch.before(Change.TRUNCATE, file);
        }
        return new WatchedChannel(FileChannel.open(file, options, attributes), file);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
        var stream = real.newDirectoryStream(bare(folder), path -> filter.accept(wrap(path)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                var paths = stream.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return paths.hasNext();
                    }

                    @Override
                    public Path next() {
                        return wrap(paths.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        if (!Files.exists(bare(folder))) {
            watch.before(Change.CREATE_FOLDER, bare(folder));
        }
        real.createDirectory(bare(folder), attributes);
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        watch.before(Change.LINK, bare(link));
        real.createLink(bare(link), bare(existing));
    }

    @Override
    public void delete(Path path) throws IOException {
        watch.before(Change.DELETE, bare(path));
        real.delete(bare(path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        watch.before(Change.MOVE, bare(target));
        real.move(bare(source), bare(target), options);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        watch.before(Change.CREATE, bare(target));
        real.copy(bare(source), bare(target), options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return real.isSameFile(bare(one), bare(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(bare(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return real.getFileStore(bare(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(bare(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return real.getFileAttributeView(bare(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options) throws IOException {
        return real.readAttributes(bare(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return real.readAttributes(bare(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        real.setAttribute(bare(path), attribute, value, options);
    }

    /** A file whose watcher is also told in the middle of each write, when the first half of it is in the file. */
    private final class WatchedChannel extends ForwardingChannel {

        private final Path file;

        WatchedChannel(FileChannel channel, Path file) {
            super(channel);
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            watch.before(Change.WRITE, file);
            int all = bytes.remaining();
            if (all > 1) {
                var half = bytes.slice(bytes.position(), all / 2);
                while (half.hasRemaining()) {
                    channel.write(half);
                }
                bytes.position(bytes.position() + all / 2);
                watch.before(Change.WRITE_REST, file);
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return all;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            watch.before(Change.FORCE, file);
            channel.force(metaData);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            watch.before(Change.TRUNCATE, file);
            channel.truncate(size);
            return this;
        }
    }
}
