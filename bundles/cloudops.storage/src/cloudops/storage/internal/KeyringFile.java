package cloudops.storage.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

import com.fasterxml.jackson.core.JacksonException;

import cloudops.json.Json;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.DiskRoom;

/** The file {@code keys/keyring.json} of a home, readable by its owner only. It appears whole or not at all. */
final class KeyringFile {

    static final String REMEDY = "put the key file back from a copy or a backup";

    private final Path file;

    KeyringFile(Path home) {
        file = home.resolve("keys").resolve("keyring.json");
    }

    Path path() {
        return file;
    }

    /** The folder of the key file, made if need be. */
    Path folder() throws StorageException {
        try {
            return Files.createDirectories(file.getParent(), ownerOnly("rwx------"));
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    Optional<Keyring> read() throws StorageException {
        try {
            var keyring = Json.mapper().readValue(Files.readAllBytes(file), Keyring.class);
            if (keyring.version() < Keyring.DERIVED || keyring.version() > Keyring.VERSION) {
                throw new StorageException(Problem.CORRUPT, "the key file " + file + " has format " + keyring.version()
                        + ", this version knows " + Keyring.VERSION, "use a newer version of this program", null);
            }
            if (keyring.method() == null || keyring.keyVersion() < 1 || keyring.wrappedKey() == null) {
                throw damaged(null);
            }
            return Optional.of(keyring);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw damaged(e);
        } catch (IOException e) {
            throw new StorageException(Problem.IO, "the key file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes {@code keyring} unless there is one by now.
     *
     * @return the one that is there: {@code keyring}, or that of a process that was faster
     */
    Keyring createIfAbsent(Keyring keyring) throws StorageException {
        try {
            return createIfAbsent(bytes(keyring)) ? keyring : read().orElseThrow(() -> damaged(null));
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    /** The same with the contents of a copy of a key file. @return false when there is a key file, which stays as it is */
    boolean createIfAbsent(byte[] copy) throws IOException, StorageException {
        var draft = draft(copy);
        try {
            publish(draft);
            Durable.names(file.getParent());
            Durable.names(file.getParent().getParent());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /**
     * Puts {@code keyring} in the place of the one that is there, and of drafts of it that a killed process left behind.
     *
     * @throws StorageException also when the new one is there and what comes after that failed: {@link #read} tells
     */
    void replace(Keyring keyring) throws StorageException {
        try {
            var draft = draft(bytes(keyring));
            boolean replaced = false;
            try {
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                replaced = true;
            } finally {
                if (!replaced) {
                    Files.deleteIfExists(draft);
                }
            }
        } catch (IOException e) {
            throw notWritten(e);
        }
        try {
            Durable.names(file.getParent());
            delete("keyring*.tmp");
            Durable.names(file.getParent());
        } catch (IOException e) {
            throw new StorageException(Problem.IO, "the key file " + file + " was replaced, but its folder cannot be tidied: " + e.getMessage(),
                    "mend the folder, then do it again", e);
        }
    }

    /** Deletes the key file, and drafts that a killed process left behind. */
    void delete() throws StorageException {
        try {
            delete("keyring*.{json,tmp}");
            Durable.names(file.getParent());
        } catch (IOException e) {
            throw new StorageException(Problem.IO, "the key file " + file + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    private void delete(String pattern) throws IOException {
        try (var files = Files.newDirectoryStream(file.getParent(), pattern)) {
            for (var old : files) {
                Files.delete(old);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static byte[] bytes(Keyring keyring) throws IOException {
        return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(keyring);
    }

    /** A file beside the key file, written and forced, that its owner alone can read. */
    Path draft(byte[] contents) throws IOException, StorageException {
        var draft = Files.createTempFile(folder(), "keyring", ".tmp", ownerOnly("rw-------"));
        try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(contents);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        return draft;
    }

    /** A link never replaces: of two processes that make the same home at the same time, one wins. */
    private void publish(Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // a file system without hard links; the move looks first, which leaves the smallest of gaps
            Files.move(draft, file);
        }
    }

    private StorageException notWritten(IOException cause) {
        return new StorageException(Problem.IO, "the key file " + file + " cannot be written: " + cause.getMessage(),
                DiskRoom.remedy(file.getParent()), cause);
    }

    private StorageException damaged(Exception cause) {
        return new StorageException(Problem.CORRUPT, "the key file " + file + " is damaged", REMEDY, cause);
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
