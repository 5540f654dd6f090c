package cloudops.execution.internal.output;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and folders that only the user may enter (0600, 0700), from the moment they exist. */
public final class PrivateFiles {

    private PrivateFiles() {
    }

    /** Makes a folder and its missing parents. Folders that are there already keep their mode. */
    public static Path createFolders(Path folder) throws IOException {
        return Files.isDirectory(folder) ? folder : Files.createDirectories(folder, mode(folder, "rwx------"));
    }

    public static void create(Path file) throws IOException {
        Files.newByteChannel(file, Set.of(CREATE_NEW, WRITE), mode(file, "rw-------")).close();
    }

    private static FileAttribute<?>[] mode(Path path, String permissions) {
        var posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
