package cloudops.backup.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final String MAKING = ".making-", FETCHING = ".fetching-", DELETING = ".deleting-", REPLACED = ".replaced-";
    /** Closing any channel of a file takes the locks of the whole process from it, so that one process opens no more than one. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

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
        private final Path held;

        private Hold(FileChannel channel, Path held) {
            this.channel = channel;
            this.held = held;
        }

        /** A new folder for a backup, out of which {@link #publish} makes one. */
        Path making(String id) throws IOException {
            return Files.createDirectory(root.resolve(MAKING + id), ownerOnly("rwx------"));
        }

        /** A folder for a backup that comes from elsewhere, with what an interrupted earlier try left in it. */
        Path fetching(String id) throws IOException {
            var folder = Files.createDirectories(root.resolve(FETCHING + id), ownerOnly("rwx------"));
            // nobody has forgotten it
            return Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
        }

        /** In the place of one of the same ID, which is there until then. */
        Path publish(Path folder, String id) throws IOException {
            force(folder);
            var place = root.resolve(id);
            if (Files.exists(place)) {
                Files.move(place, root.resolve(REPLACED + id), StandardCopyOption.ATOMIC_MOVE);
            }
            var published = Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
            force(root);
            putBackOrDelete();
            return published;
        }

        /** What was to be replaced, and was not. */
        private void putBackOrDelete() throws IOException {
            for (var replaced : named(REPLACED + "*")) {
                var place = root.resolve(replaced.getFileName().toString().substring(REPLACED.length()));
                if (Files.exists(place)) {
                    deleteTree(replaced);
                } else {
                    Files.move(replaced, place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }

        private List<Path> named(String pattern) throws IOException {
            try (var folders = Files.newDirectoryStream(root, pattern)) {
                var named = new ArrayList<Path>();
                folders.forEach(named::add);
                return named;
            }
        }

        void delete(String id) throws IOException {
            var going = root.resolve(DELETING + id);
            Files.move(root.resolve(id), going, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(going);
        }

        /** What crashes left, and what was being fetched and never asked for again. */
        private void sweep() throws IOException {
            putBackOrDelete();
            var forgotten = FileTime.from(Instant.now().minus(BackupManager.KEPT_HERE));
            for (var folder : named("{" + MAKING + "*," + DELETING + "*," + FETCHING + "*}")) {
                if (!folder.getFileName().toString().startsWith(FETCHING) || Files.getLastModifiedTime(folder).compareTo(forgotten) < 0) {
                    deleteTree(folder);
                }
            }
        }

        @Override
        public void close() throws IOException {
            letGo(channel, held);
        }
    }

    /** @throws BackupException {@code LOCKED} */
    Hold hold() throws IOException, BackupException {
        Files.createDirectories(root, ownerOnly("rwx------"));
        var file = root.toRealPath().resolve("lock");
        if (!HELD.add(file)) {
            throw busy();
        }
        FileChannel channel = null;
        boolean done = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw busy();
            }
            var hold = new Hold(channel, file);
            hold.sweep();
            done = true;
            return hold;
        } finally {
            if (!done) {
                letGo(channel, file);
            }
        }
    }

    private static void letGo(FileChannel channel, Path file) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            HELD.remove(file);
        }
    }

    private BackupException busy() {
        return new BackupException(Problem.LOCKED, "another backup or restore is under way in " + root, "wait until it is done", null);
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
