package cloudops.execution.websocket.internal;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionJson;

/**
 * Tells the user's programs where a process of this home sends its events, in {@code <home>/executions/websocket/<process id>.json}: a file
 * a process, since each tells of its own executions only.
 */
final class Announcement implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

    private final Path file;

    Announcement(Path home, InetSocketAddress address, String token) throws IOException {
        var folder = Files.createDirectories(home.resolve("executions").resolve("websocket"), mode(home, "rwx------"));
        removeStale(folder);
        long process = ProcessHandle.current().pid();
        file = folder.resolve(process + ".json");
        var url = "ws://" + Admission.host(address) + "/";
        var json = ExecutionJson.mapper().writeValueAsBytes(new Shape(url, token, process));
        var draft = folder.resolve(UUID.randomUUID() + ".new");
        try (var out = Files.newByteChannel(draft, Set.of(CREATE_NEW, WRITE), mode(home, "rw-------"))) {
            out.write(ByteBuffer.wrap(json));
        }
        Files.move(draft, file, ATOMIC_MOVE);
    }

    private record Shape(String url, String token, long process) {
    }

    Path file() {
        return file;
    }

    /** What processes left behind that were killed. */
    private static void removeStale(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "[0-9]*.json")) {
            for (var found : files) {
                var name = found.getFileName().toString();
                if (ProcessHandle.of(Long.parseLong(name.substring(0, name.length() - ".json".length()))).isEmpty()) {
                    Files.deleteIfExists(found);
                }
            }
        } catch (NumberFormatException e) {
            LOG.debug("not one of ours among the announcements", e);
        }
    }

    private static FileAttribute<?>[] mode(Path path, String permissions) {
        var posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("announcement not removed file={}", file, e);
        }
    }
}
