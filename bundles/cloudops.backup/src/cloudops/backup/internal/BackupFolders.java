package cloudops.backup.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.backup.BackupManager;

/**
 * The folder {@code backups} of a home, readable by its owner only: a folder a backup, named by its ID. One that is being made, fetched or
 * deleted has a name that begins with a dot, and gets or loses its own by a rename: it is there whole or not at all.
 */
final class BackupFolders {

    private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{8}");
    private static final String MAKING = ".making-", FETCHING = ".fetching-", DELETING = ".deleting-";

    private final Path root;

    BackupFolders(Path home) {
        root = home.resolve("backups");
    }

    static boolean isId(String name) {
        return ID.matcher(name).matches();
    }

    /** @throws BackupException {@code NOT_FOUND} */
    Path get(String id) throws BackupException {
        if (!isId(id) || !Files.isDirectory(root.resolve(id))) {
            throw new BackupException(Problem.NOT_FOUND, "there is no backup '" + id + "' in " + root, "cloudops backup list", null);
        }
        return root.resolve(id);
    }

    List<Path> all() throws IOException {
        try (var folders = Files.list(root)) {
            return folders.filter(folder -> isId(folder.getFileName().toString())).sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Held by the one process that makes, fetches, restores or deletes. */
    final class Hold implements AutoCloseable {

        private final FileChannel channel;

        private Hold(FileChannel channel) {
            this.channel = channel;
        }

        /** A new folder for a backup, out of which {@link #publish} makes one. */
        Path making(String id) throws IOException {
            return Files.createDirectory(root.resolve(MAKING + id), ownerOnly("rwx------"));
        }

        /** A folder for a backup that comes from elsewhere, with what an interrupted earlier try left in it. */
        Path fetching(String id) throws IOException {
            return Files.createDirectories(root.resolve(FETCHING + id), ownerOnly("rwx------"));
        }

        /** As {@link #fetching}, with what is whole of a backup that is here. */
        Path fetchingAgain(String id) throws IOException {
            var folder = root.resolve(FETCHING + id);
            if (Files.exists(folder)) {
                deleteTree(folder);
            }
            return Files.move(root.resolve(id), folder, StandardCopyOption.ATOMIC_MOVE);
        }

        Path publish(Path folder, String id) throws IOException {
            force(folder);
            var published = Files.move(folder, root.resolve(id), StandardCopyOption.ATOMIC_MOVE);
            force(root);
            return published;
        }

        void delete(String id) throws IOException {
            var going = root.resolve(DELETING + id);
            Files.move(root.resolve(id), going, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(going);
        }

        /** What crashes left, and what was being fetched and never asked for again. */
        private void sweep() throws IOException {
            var remains = new ArrayList<Path>();
            var forgotten = FileTime.from(Instant.now().minus(BackupManager.KEPT_HERE));
            try (var folders = Files.newDirectoryStream(root, "{" + MAKING + "*," + DELETING + "*," + FETCHING + "*}")) {
                for (var folder : folders) {
                    if (!folder.getFileName().toString().startsWith(FETCHING) || Files.getLastModifiedTime(folder).compareTo(forgotten) < 0) {
                        remains.add(folder);
                    }
                }
            }
            for (var folder : remains) {
                deleteTree(folder);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** @throws BackupException {@code LOCKED} */
    Hold hold() throws IOException, BackupException {
        Files.createDirectories(root, ownerOnly("rwx------"));
        var channel = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                throw busy(e);
            }
            if (lock == null) {
                throw busy(null);
            }
            var hold = new Hold(channel);
            hold.sweep();
            return hold;
        } catch (IOException | BackupException e) {
            channel.close();
            throw e;
        }
    }

    private BackupException busy(Exception cause) {
        return new BackupException(Problem.LOCKED, "another backup or restore is under way in " + root, "wait until it is done", cause);
    }

    /** Writes and forces {@code bytes}; returns their hash. */
    static String write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent(), ownerOnly("rwx------"));
        Files.deleteIfExists(file);
        Files.createFile(file, ownerOnly("rw-------"));
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        return sha256(bytes);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static void deleteTree(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void force(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
