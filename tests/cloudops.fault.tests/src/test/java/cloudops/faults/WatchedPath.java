package cloudops.faults;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

import org.apache.lucene.util.Unwrappable;

/** Another path; Lucene, which maps files into memory, asks for that one. */
final class WatchedPath implements Path, Unwrappable<Path> {

    private final Path path;
    private final FileSystem system;
    private final WatchedFiles files;

    WatchedPath(Path path, FileSystem system, WatchedFiles files) {
        this.path = path;
        this.system = system;
        this.files = files;
    }

    @Override
    public Path unwrap() {
        return path;
    }

    @Override
    public FileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return path.isAbsolute();
    }

    @Override
    public Path getRoot() {
        return files.wrap(path.getRoot());
    }

    @Override
    public Path getFileName() {
        return files.wrap(path.getFileName());
    }

    @Override
    public Path getParent() {
        return files.wrap(path.getParent());
    }

    @Override
    public int getNameCount() {
        return path.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return files.wrap(path.getName(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return files.wrap(path.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return path.startsWith(WatchedFiles.bare(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return path.endsWith(WatchedFiles.bare(other));
    }

    @Override
    public Path normalize() {
        return files.wrap(path.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return files.wrap(path.resolve(WatchedFiles.bare(other)));
    }

    @Override
    public Path relativize(Path other) {
        return files.wrap(path.relativize(WatchedFiles.bare(other)));
    }

    @Override
    public URI toUri() {
        return path.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return files.wrap(path.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return files.wrap(path.toRealPath(options));
    }

    @Override
    public File toFile() {
        return path.toFile();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) throws IOException {
        return path.register(watcher, events, modifiers);
    }

    @Override
    public int compareTo(Path other) {
        return path.compareTo(WatchedFiles.bare(other));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WatchedPath watched && path.equals(watched.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
