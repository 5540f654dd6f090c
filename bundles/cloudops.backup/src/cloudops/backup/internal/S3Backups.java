package cloudops.backup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsClients;
import cloudops.aws.AwsException;
import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.backup.BackupManager;
import cloudops.backup.S3Location;

/**
 * Backups in S3, at {@code PREFIX/KEY/ID/FILE}, where KEY is the fingerprint of the key. The manifest goes up last: without it, nothing
 * there is a backup. Thread-safe.
 */
final class S3Backups {

    private static final Logger LOG = LoggerFactory.getLogger(S3Backups.class);

    private final AwsClients clients;

    S3Backups(AwsClients clients) {
        this.clients = clients;
    }

    List<Backup> list(S3Location location) throws BackupException, InterruptedException {
        try {
            var bucket = new S3Bucket(clients, location);
            var backups = new ArrayList<Backup>();
            for (var place : places(bucket).values()) {
                if (place.complete()) {
                    try {
                        var stored = bucket.get(place.folder() + Manifest.FILE);
                        backups.add(Manifest.read(stored, "s3://" + location.bucket() + "/" + place.folder())
                                .describe("s3://" + location.bucket() + "/" + place.folder(), stored.length));
                    } catch (BackupException e) {
                        LOG.warn("backup left out of the list location={} reason={}", place.folder(), e.getMessage());
                    }
                }
            }
            backups.sort(Comparator.comparing(Backup::createdAt).reversed());
            return backups;
        } catch (AwsException e) {
            throw Failures.of(e, location);
        }
    }

    /** @param backup which is verified; what changed since does not go up */
    Backup upload(StoredBackup backup, S3Location location) throws IOException, BackupException, InterruptedException {
        var manifest = backup.manifest();
        var verified = backup.describe();
        var at = location.prefix() + manifest.key() + "/" + manifest.id() + "/";
        try {
            var bucket = new S3Bucket(clients, location);
            var there = bucket.list(at);
            for (var file : manifest.files()) {
                bucket.put(at + file.name(), backup.read(file), there.containsKey(at + file.name()));
            }
            bucket.put(at + Manifest.FILE, backup.sealedManifest(), there.containsKey(at + Manifest.FILE));
            LOG.info("backup uploaded id={} bytes={}", manifest.id(), verified.bytes());
            return new Backup(verified.id(), verified.createdAt(), verified.format(), verified.key(), verified.records(), verified.leftOut(),
                    verified.bytes(), "s3://" + location.bucket() + "/" + at);
        } catch (AwsException e) {
            throw Failures.of(e, location);
        }
    }

    /**
     * @param folder what is whole in it already stays
     * @param other a damaged copy, of which what is whole is taken
     */
    void download(String id, S3Location location, Path folder, Optional<Path> other) throws IOException, BackupException, InterruptedException {
        try {
            var bucket = new S3Bucket(clients, location);
            var at = Optional.ofNullable(places(bucket).get(id)).filter(Place::complete).map(Place::folder)
                    .orElseThrow(() -> new BackupException(Problem.NOT_FOUND, "there is no backup '" + id + "' in " + location,
                            "cloudops backup list --s3 " + location, null));
            var stored = bucket.get(at + Manifest.FILE);
            for (var file : Manifest.read(stored, "s3://" + location.bucket() + "/" + at).files()) {
                var target = folder.resolve(file.name());
                if (whole(target, file).isPresent()) {
                    continue;
                }
                var copy = other.isPresent() ? whole(other.get().resolve(file.name()), file) : Optional.<byte[]>empty();
                if (copy.isPresent()) {
                    BackupFolders.write(target, copy.get());
                } else {
                    fetch(bucket, at, file, target);
                }
            }
            BackupFolders.write(folder.resolve(Manifest.FILE), stored);
        } catch (AwsException e) {
            throw Failures.of(e, location);
        }
    }

    private static Optional<byte[]> whole(Path file, Manifest.Entry entry) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var bytes = Files.readAllBytes(file);
        return BackupFolders.sha256(bytes).equals(entry.sha256()) ? Optional.of(bytes) : Optional.empty();
    }

    private static void fetch(S3Bucket bucket, String at, Manifest.Entry file, Path target)
            throws IOException, AwsException, BackupException, InterruptedException {
        try {
            if (!BackupFolders.write(target, bucket.get(at + file.name())).equals(file.sha256())) {
                throw damaged(at, file, "changed", null);
            }
        } catch (AwsException e) {
            if (e.problem() == AwsException.Problem.NOT_FOUND && !e.code().equals("NoSuchBucket")) {
                throw damaged(at, file, "missing", e);
            }
            throw e;
        }
    }

    private static BackupException damaged(String at, Manifest.Entry file, String how, Exception cause) {
        return new BackupException(Problem.DAMAGED, "the backup in " + at + " is damaged: " + file.name() + " is " + how,
                "use another backup", List.of(file.name() + ": " + how), cause);
    }

    /** Deletes what is too old of the backups under {@code key}, and what broken uploads left. Where that is refused, it is logged. */
    void prune(String key, S3Location location, Instant now) throws InterruptedException {
        try {
            var bucket = new S3Bucket(clients, location);
            var mine = places(bucket);
            mine.values().removeIf(place -> !place.key().equals(key));
            var complete = mine.keySet().stream().filter(id -> mine.get(id).complete()).toList();
            var expired = Retention.<AwsException, InterruptedException>expired(complete, now, BackupManager.KEPT_IN_S3,
                    each -> isGood(bucket, mine.get(each).folder()));
            for (var id : expired) {
                // without it the rest is no backup any more; with it, all must be there
                bucket.delete(List.of(mine.get(id).folder() + Manifest.FILE));
                bucket.delete(bucket.list(mine.get(id).folder()).keySet());
                LOG.info("backup deleted from S3, as it is too old id={}", id);
            }
            for (var id : mine.keySet()) {
                if (mine.get(id).isForgotten(id, now)) {
                    bucket.delete(bucket.list(mine.get(id).folder()).keySet());
                    LOG.info("what was left of a backup deleted from S3 id={}", id);
                }
            }
            bucket.abortUploads(location.prefix() + key + "/", now.minus(BackupManager.KEPT_HERE));
        } catch (AwsException e) {
            LOG.warn("old backups stay in {} problem={} code={}", location, e.problem(), e.code());
        }
    }

    /** As far as can be told without reading it: the manifest is there, and all files have their sizes. */
    private static boolean isGood(S3Bucket bucket, String at) throws AwsException, InterruptedException {
        try {
            var stored = bucket.get(at + Manifest.FILE);
            var manifest = Manifest.read(stored, at);
            var there = bucket.list(at);
            return Retention.isGood(manifest.describe(at, stored.length)) && manifest.files().stream()
                    .allMatch(file -> there.containsKey(at + file.name()) && there.get(at + file.name()).size() == file.bytes());
        } catch (BackupException e) {
            LOG.debug("not a good backup location={}", at, e);
            return false;
        }
    }

    /** @param folder ends with a slash @param complete whether its manifest is there @param touched when the last of it came */
    private record Place(String key, String folder, boolean complete, Instant touched) {

        Place and(Place other) {
            if (!folder.equals(other.folder)) {
                return complete ? this : other;
            }
            return new Place(key, folder, complete || other.complete, touched.isAfter(other.touched) ? touched : other.touched);
        }

        /** Whether an upload or a deletion ended in the middle, of what is too old anyway, and nobody is at it. */
        boolean isForgotten(String id, Instant now) {
            return !complete && Retention.time(id).isBefore(now.minus(BackupManager.KEPT_IN_S3)) && touched.isBefore(now.minus(BackupManager.KEPT_HERE));
        }
    }

    /** Backup ID → where it lies. */
    private static TreeMap<String, Place> places(S3Bucket bucket) throws AwsException, InterruptedException {
        var places = new TreeMap<String, Place>();
        var prefix = bucket.location().prefix();
        for (var object : bucket.list(prefix).values()) {
            var parts = object.key().substring(prefix.length()).split("/", 3);
            if (parts.length == 3 && parts[0].matches("[0-9a-f]{16}") && BackupFolders.isId(parts[1])) {
                places.merge(parts[1], new Place(parts[0], prefix + parts[0] + "/" + parts[1] + "/", parts[2].equals(Manifest.FILE),
                        object.lastModified()), Place::and);
            }
        }
        return places;
    }
}
