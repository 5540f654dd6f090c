package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** A file in a folder of its own, both for the owner only, that appears whole or not at all. Of writers at the same time one wins. */
final class OwnerOnlyFile {

    private final Path file;

    OwnerOnlyFile(Path file) {
        this.file = file;
    }

    Path path() {
        return file;
    }

    /** Makes of {@code parts} the file, not durably: after a power cut it may be the old one, or be cut short. */
    void replace(byte[]... parts) throws IOException {
        Files.createDirectories(file.getParent(), ownerOnly("rwx------"));
        var draft = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".tmp", ownerOnly("rw-------"));
        try {
            try (var out = Files.newOutputStream(draft)) {
                for (var part : parts) {
                    out.write(part);
                }
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        deleteDrafts();
    }

    /** Those that a killed process left behind; one that another process is writing now is not there when it looks, and it tries another time. */
    private void deleteDrafts() throws IOException {
        try (var drafts = Files.newDirectoryStream(file.getParent(), file.getFileName() + "*.tmp")) {
            for (var draft : drafts) {
                Files.deleteIfExists(draft);
            }
        }
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
