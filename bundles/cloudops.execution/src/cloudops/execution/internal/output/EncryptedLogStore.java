package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.spi.LogStore;
import cloudops.execution.spi.OutputLog;
import cloudops.model.Environment;

/**
 * Logs in {@code <home>/executions/<run>/<id>.log}, folders 0700, files 0600, encrypted with a key that is made at the start of the
 * process and never leaves its memory. So logs can be read as long as the process lives. They are deleted when the store closes; what
 * a crashed process left is unreadable, and deleted by the next store of the same home. A process shows that it lives by holding a lock on
 * the file {@code <run>.lock}, so that processes sharing a home leave each other's logs alone.
 */
@Component(service = LogStore.class)
public final class EncryptedLogStore implements LogStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedLogStore.class);

    private final Path root;
    private final SecretKey key;
    private Path folder;
    private FileLock lock;

    @Activate
    public EncryptedLogStore(@Reference Environment environment) {
        root = environment.home().resolve("executions");
        key = newKey();
        deleteStaleFolders();
    }

    @Override
    public OutputLog create(UUID execution) throws IOException {
        return new EncryptedLog(folder().resolve(execution + ".log"), execution, key);
    }

    /** Deletes all logs. */
    @Override
    @Deactivate
    public synchronized void close() {
        if (folder == null) {
            return;
        }
        try {
            deleteTree(folder);
            lock.acquiredBy().close();
            Files.deleteIfExists(lockOf(folder));
        } catch (IOException e) {
            LOG.warn("execution logs not deleted folder={}", folder, e);
        }
        folder = null;
    }

    private synchronized Path folder() throws IOException {
        if (folder == null) {
            PrivateFiles.createFolders(root);
            var mine = root.resolve(UUID.randomUUID().toString());
            var lockFile = lockOf(mine);
            PrivateFiles.create(lockFile);
            lock = FileChannel.open(lockFile, StandardOpenOption.WRITE).tryLock(); // before the folder is there for others to judge
            folder = PrivateFiles.createFolders(mine);
        }
        return folder;
    }

    private void deleteStaleFolders() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var folders = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (var candidate : folders) {
                if (abandoned(candidate)) {
                    deleteTree(candidate);
                    Files.deleteIfExists(lockOf(candidate));
                }
            }
        } catch (IOException e) {
            LOG.warn("stale execution logs not deleted folder={}", root, e);
        }
    }

    /** Whether no process holds the folder's lock. */
    private static boolean abandoned(Path folder) throws IOException {
        try (var channel = FileChannel.open(lockOf(folder), StandardOpenOption.WRITE); var held = channel.tryLock()) {
            return held != null;
        } catch (NoSuchFileException e) {
            return true;
        } catch (OverlappingFileLockException e) {
            return false; // another engine in this very process
        }
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".lock");
    }

    private static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static SecretKey newKey() {
        try {
            var generator = KeyGenerator.getInstance("AES");
            generator.init(256);
            return generator.generateKey();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }
}
