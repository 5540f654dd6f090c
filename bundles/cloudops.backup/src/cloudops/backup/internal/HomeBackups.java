package cloudops.backup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsClients;
import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.backup.BackupManager;
import cloudops.backup.S3Location;
import cloudops.backup.internal.BackupFolders.Hold;
import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

/** The backups of one home. */
@Component
public final class HomeBackups implements BackupManager {

    private static final Logger LOG = LoggerFactory.getLogger(HomeBackups.class);

    private static final int FILE_BYTES = 16 << 20;

    private final Path home;
    private final boolean readOnly;
    private final VectorStore store;
    private final BackupKeys keys;
    private final BackupFolders folders;
    private final S3Backups s3;
    private final Clock clock;
    private final int fileBytes;

    @Activate
    public HomeBackups(@Reference Environment environment, @Reference VectorStore store, @Reference BackupKeys keys,
            @Reference AwsClients clients) {
        this(environment, store, keys, clients, Clock.systemUTC(), FILE_BYTES);
    }

    HomeBackups(Environment environment, VectorStore store, BackupKeys keys, AwsClients clients, Clock clock, int fileBytes) {
        this.home = environment.home();
        this.readOnly = environment.readOnly();
        this.store = store;
        this.keys = keys;
        this.folders = new BackupFolders(home);
        this.s3 = new S3Backups(clients);
        this.clock = clock;
        this.fileBytes = fileBytes;
    }

    @Override
    public Backup create() throws BackupException {
        return holding(hold -> {
            var now = clock.instant();
            var id = Retention.newId(now);
            var folder = hold.making(id);
            try {
                new Snapshot(store, keys, home, folder, id, fileBytes).write(now);
                StoredBackup.open(folder).verify(keys);
                var made = StoredBackup.open(hold.publish(folder, id)).describe();
                LOG.info("backup made id={} records={} left_out={} bytes={}", id, made.records(), made.leftOut(), made.bytes());
                prune(hold);
                return made;
            } catch (IOException | BackupException | StorageException | VectorStoreException e) {
                if (Files.exists(folder)) {
                    BackupFolders.deleteTree(folder);
                }
                throw e;
            }
        });
    }

    private void prune(Hold hold) throws IOException {
        var ids = folders.all().stream().map(folder -> folder.getFileName().toString()).toList();
        for (var id : Retention.expired(ids, clock.instant(), KEPT_HERE)) {
            hold.delete(id);
            LOG.info("backup deleted, as it is too old id={}", id);
        }
    }

    @Override
    public List<Backup> list() throws BackupException {
        var backups = new ArrayList<Backup>();
        try {
            for (var folder : folders.all()) {
                try {
                    backups.add(StoredBackup.open(folder).describe());
                } catch (BackupException e) {
                    LOG.warn("backup left out of the list folder={} reason={}", folder, e.getMessage());
                }
            }
        } catch (IOException e) {
            throw Failures.of(e);
        }
        return backups;
    }

    @Override
    public List<Backup> list(S3Location location) throws BackupException, InterruptedException {
        return s3.list(location);
    }

    @Override
    public Backup verify(String id) throws BackupException {
        try {
            var backup = StoredBackup.open(folders.get(id));
            backup.verify(keys);
            return backup.describe();
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Backup restore(String id) throws BackupException {
        mayChange("a restore");
        return holding(hold -> {
            var folder = folders.get(id);
            var backup = StoredBackup.open(folder);
            if (keys.homeHasKey() && !keys.ofHome().fingerprint().equals(backup.manifest().key())) {
                throw new BackupException(Problem.FOREIGN, "the backup " + id + " was made with another key than this home has: by another home, "
                        + "or before this one's key was rotated; restored here, nothing else of this home could be read with it",
                        "restore it into a new home: --home NEW", null);
            }
            var key = backup.verify(keys);
            if (!keys.homeHasKey()) {
                restoreKeys(backup, folder);
            }
            store.restore(backup.contents(key, keys));
            LOG.info("backup restored id={} records={}", id, backup.describe().records());
            return backup.describe();
        });
    }

    /** Before the records, which nobody can read without it. The key file itself comes last, as with it the home has a key. */
    private void restoreKeys(StoredBackup backup, Path folder) throws IOException {
        var files = backup.manifest().files().stream().filter(file -> file.collection() == null).map(Manifest.Entry::name)
                .sorted(Comparator.comparing((String name) -> name.endsWith("keyring.json"))).toList();
        for (var name : files) {
            var target = home.resolve(name);
            var draft = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
            BackupFolders.write(draft, Files.readAllBytes(folder.resolve(name)));
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public Backup upload(String id, S3Location location) throws BackupException, InterruptedException {
        mayChange("an upload");
        var verified = verify(id);
        var folder = folders.get(id);
        try {
            var uploaded = s3.upload(folder, StoredBackup.open(folder).manifest(), verified, location);
            s3.prune(verified.key(), location, clock.instant());
            return uploaded;
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Backup download(String id, S3Location location) throws BackupException, InterruptedException {
        try (var hold = folders.hold()) {
            var there = folders.all().stream().filter(folder -> folder.getFileName().toString().equals(id)).findFirst();
            if (there.isPresent()) {
                return StoredBackup.open(there.get()).describe();
            }
            if (!BackupFolders.isId(id)) {
                throw new BackupException(Problem.NOT_FOUND, "there is no backup '" + id + "' in " + location, "cloudops backup list --s3 " + location,
                        null);
            }
            var folder = hold.fetching(id);
            s3.download(id, location, folder);
            return StoredBackup.open(hold.publish(folder, id)).describe();
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public AutoCloseable schedule(Duration interval, Optional<S3Location> copyTo, Consumer<Outcome> outcome) {
        if (readOnly) {
            throw new IllegalStateException("backups cannot be scheduled in a run that may only read");
        }
        return new Schedule(this, interval, copyTo, outcome, clock);
    }

    private void mayChange(String what) throws BackupException {
        if (readOnly) {
            throw new BackupException(Problem.READ_ONLY, what + " changes something, and this run may only read (--read-only)", null, null);
        }
    }

    @FunctionalInterface
    private interface Work {
        Backup run(Hold hold) throws IOException, BackupException, StorageException, VectorStoreException;
    }

    private Backup holding(Work work) throws BackupException {
        try (var hold = folders.hold()) {
            return work.run(hold);
        } catch (IOException e) {
            throw Failures.of(e);
        } catch (StorageException e) {
            throw Failures.of(e);
        } catch (VectorStoreException e) {
            throw Failures.of(e);
        }
    }
}
