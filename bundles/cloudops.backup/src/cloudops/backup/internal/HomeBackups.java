package cloudops.backup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
import cloudops.storage.backup.BackupKeys.Turn;
import cloudops.vectorstore.CollectionContents;
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
        mayChange("a backup");
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

    /** After a backup that was verified, which is there whatever comes of the old ones. */
    private void prune(Hold hold) {
        try {
            deleteExpired(hold);
        } catch (IOException | BackupException | StorageException e) {
            LOG.warn("old backups stay: {}", e.toString());
        }
    }

    private void deleteExpired(Hold hold) throws IOException, BackupException, StorageException {
        var key = keys.ofHome().fingerprint();
        var ids = folders.all().stream().map(folder -> folder.getFileName().toString()).toList();
        for (var id : Retention.<IOException, BackupException>expired(ids, clock.instant(), KEPT_HERE, each -> isGood(each, key))) {
            hold.delete(id);
            LOG.info("backup deleted, as it is too old id={}", id);
        }
    }

    /**
     * Whether nothing better need be kept: of this home, whole, with all that the store had.
     *
     * @throws BackupException when that cannot be told
     */
    private boolean isGood(String id, String key) throws IOException, BackupException {
        try {
            var backup = StoredBackup.open(folders.get(id));
            if (!backup.manifest().key().equals(key) || !Retention.isGood(backup.describe())) {
                return false;
            }
            backup.verify(keys);
            return true;
        } catch (BackupException e) {
            if (!isDamage(e)) {
                throw e;
            }
            LOG.warn("not a good backup id={} reason={}", id, e.getMessage());
            return false;
        }
    }

    private static boolean isDamage(BackupException e) {
        return e.problem() == Problem.DAMAGED || e.problem() == Problem.UNKNOWN_FORMAT;
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
    public Backup newest(List<Backup> backups, Instant time) throws BackupException {
        var then = backups.stream().filter(backup -> !backup.createdAt().isAfter(time)).toList();
        var mine = keys.homeHasKey() ? ofHome(then) : then;
        if (mine.stream().map(Backup::key).distinct().count() > 1) {
            throw new BackupException(Problem.FOREIGN, "there are backups of more than one home, and this one has no key to tell which are its own",
                    "say which by its ID", null);
        }
        return mine.stream().max(Comparator.comparing(Backup::createdAt)).orElseThrow(() -> new BackupException(Problem.NOT_FOUND,
                "there is no backup of this home of " + time.truncatedTo(ChronoUnit.SECONDS) + " or before", "cloudops backup list", null));
    }

    private List<Backup> ofHome(List<Backup> backups) throws BackupException {
        try {
            var key = keys.ofHome().fingerprint();
            return backups.stream().filter(backup -> backup.key().equals(key)).toList();
        } catch (StorageException e) {
            throw Failures.of(e);
        }
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
            if (keys.homeHasKey()) {
                backup.checkIsOf(keys.ofHome());
            }
            var key = backup.verify(keys);
            // who wrote meanwhile would lose it without knowing, and keys that change would leave records behind
            try (var turn = keys.forRestore(folder, backup.keyFiles(), key)) {
                replace(backup.contents(key, turn.key()), turn);
            }
            LOG.info("backup restored id={} records={}", id, backup.describe().records());
            return backup.describe();
        });
    }

    private void replace(List<CollectionContents> contents, Turn turn) throws VectorStoreException {
        try {
            store.restore(contents);
            turn.keep();
        } catch (VectorStoreException e) {
            if (e.problem() == VectorStoreException.Problem.UNFINISHED) {
                turn.keep();
            }
            throw e;
        }
    }

    @Override
    public Backup upload(String id, S3Location location) throws BackupException, InterruptedException {
        mayChange("an upload");
        // nobody deletes or replaces meanwhile what was verified
        try (var hold = folders.hold()) {
            var backup = StoredBackup.open(folders.get(id));
            backup.verify(keys);
            var uploaded = s3.upload(backup, location);
            s3.prune(uploaded.key(), location, clock.instant());
            return uploaded;
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Backup download(String id, S3Location location) throws BackupException, InterruptedException {
        mayChange("a download");
        try (var hold = folders.hold()) {
            if (!BackupFolders.isId(id)) {
                throw new BackupException(Problem.NOT_FOUND, "there is no backup '" + id + "' in " + location, "cloudops backup list --s3 " + location,
                        null);
            }
            var here = folders.all().stream().filter(folder -> folder.getFileName().toString().equals(id)).findFirst();
            if (here.isPresent() && isWhole(here.get())) {
                return StoredBackup.open(here.get()).describe();
            }
            var folder = hold.fetching(id);
            s3.download(id, location, folder, here);
            return StoredBackup.open(hold.publish(folder, id)).describe();
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    /** A copy that is damaged is no reason not to fetch one that is not. */
    private boolean isWhole(Path folder) throws IOException, BackupException {
        try {
            StoredBackup.open(folder).verify(keys);
            return true;
        } catch (BackupException e) {
            if (isDamage(e)) {
                LOG.warn("the copy of the backup that is here is damaged and is fetched again folder={} reason={}", folder, e.getMessage());
                return false;
            }
            throw e;
        }
    }

    @Override
    public Scheduled schedule(Duration interval, Duration first, Optional<S3Location> copyTo, Consumer<Outcome> outcome) {
        if (readOnly) {
            throw new IllegalStateException("backups cannot be scheduled in a run that may only read");
        }
        return new Schedule(this, interval, copyTo, outcome, clock, first);
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
