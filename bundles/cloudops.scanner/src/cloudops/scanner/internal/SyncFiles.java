package cloudops.scanner.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.json.Json;
import cloudops.scanner.ServiceStatus;

/**
 * What is known of scans in {@code <home>/sync}: names of services, numbers and times, and nothing of the estate, so it is not encrypted. A
 * damaged file is as good as none. Used by one scan at a time.
 */
final class SyncFiles {

    private static final Logger LOG = LoggerFactory.getLogger(SyncFiles.class);

    private static final JsonMapper JSON = Json.mapper();

    private final Path folder;

    SyncFiles(Path home) {
        folder = home.resolve("sync");
    }

    /**
     * When the schedules' scans began.
     *
     * @param what tells one request from another, without saying which
     * @param full null for never
     * @param incremental null for never
     */
    record Times(int what, Instant full, Instant incremental) {
    }

    /** By service. */
    List<ServiceStatus> services() throws IOException {
        var read = read("services.json", new TypeReference<List<ServiceStatus>>() {
        });
        return read == null ? List.of() : read;
    }

    void services(List<ServiceStatus> services) throws IOException {
        write("services.json", services);
    }

    /** Null when there are none, or those of another request. */
    Times times(int what) throws IOException {
        var read = read("schedule.json", new TypeReference<Times>() {
        });
        return read == null || read.what != what ? null : read;
    }

    void times(Times times) throws IOException {
        write("schedule.json", times);
    }

    private <T> T read(String name, TypeReference<T> type) throws IOException {
        var file = folder.resolve(name);
        try {
            return JSON.readValue(Files.readAllBytes(file), type);
        } catch (NoSuchFileException e) {
            return null;
        } catch (JsonProcessingException e) {
            LOG.warn("{} is damaged and not used", file);
            return null;
        }
    }

    private void write(String name, Object content) throws IOException {
        Files.createDirectories(folder, ownerOnly("rwx------"));
        var draft = Files.createTempFile(folder, name, ".tmp", ownerOnly("rw-------"));
        try {
            Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
            Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
