package cloudops.backup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.storage.StorageException;
import cloudops.storage.backup.BackupKey;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;

/** A backup in a folder. What {@link #manifest} says counts only after {@link #verify}. */
final class StoredBackup {

    private static final int MOST_FINDINGS = 1000;

    private final Path folder;
    private final byte[] stored;
    private final Manifest manifest;

    private StoredBackup(Path folder, byte[] stored, Manifest manifest) {
        this.folder = folder;
        this.stored = stored;
        this.manifest = manifest;
    }

    /** @throws BackupException {@code DAMAGED}, {@code UNKNOWN_FORMAT} */
    static StoredBackup open(Path folder) throws IOException, BackupException {
        byte[] stored;
        try {
            stored = Files.readAllBytes(folder.resolve(Manifest.FILE));
        } catch (NoSuchFileException e) {
            throw new BackupException(Problem.DAMAGED, "the backup in " + folder + " is damaged: " + Manifest.FILE + " is missing",
                    "use another backup", List.of(Manifest.FILE + ": missing"), e);
        }
        return new StoredBackup(folder, stored, Manifest.read(stored, folder.toString()));
    }

    Manifest manifest() {
        return manifest;
    }

    Backup describe() {
        return manifest.describe(folder.toString(), stored.length);
    }

    /** The manifest, as it was when this was opened. */
    byte[] sealedManifest() {
        return stored.clone();
    }

    /** What is in a file now. @throws BackupException {@code DAMAGED} when that is not what the manifest says */
    byte[] read(Manifest.Entry file) throws IOException, BackupException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(folder.resolve(file.name()));
        } catch (NoSuchFileException e) {
            throw damaged(List.of(file.name() + ": missing"));
        }
        if (!BackupFolders.sha256(bytes).equals(file.sha256())) {
            throw damaged(List.of(file.name() + ": changed"));
        }
        return bytes;
    }

    /**
     * Reads everything.
     *
     * @return the key it was made with
     * @throws BackupException {@code DAMAGED} with all findings; {@code KEY} when the key cannot be had
     */
    BackupKey verify(BackupKeys keys) throws IOException, BackupException {
        var findings = new ArrayList<String>();
        var whole = new ArrayList<Manifest.Entry>();
        for (var file : manifest.files()) {
            var finding = changed(file);
            if (finding == null) {
                whole.add(file);
            } else {
                findings.add(file.name() + ": " + finding);
            }
        }
        if (manifest.files().stream().anyMatch(file -> file.collection() == null && !whole.contains(file))) {
            throw damaged(findings);
        }
        var key = key(keys);
        if (!key.fingerprint().equals(manifest.key()) || !Manifest.isSealed(stored, key)
                || !folder.getFileName().toString().endsWith(manifest.id())) {
            // its word for the others counts no more
            findings.add(Manifest.FILE + ": changed");
            throw damaged(findings);
        }
        for (var collection : manifest.collections()) {
            if (!BackupKeys.COLLECTIONS.containsKey(collection.name())) {
                throw new BackupException(Problem.UNKNOWN_FORMAT, "the backup in " + folder + " has a collection '" + collection.name()
                        + "', which this version does not know", "restore it with the version of this program that made it, or a newer one", null);
            }
        }
        for (var file : whole) {
            if (file.collection() != null) {
                verifyRecords(file, key, findings);
            }
        }
        if (!findings.isEmpty()) {
            throw damaged(findings);
        }
        return key;
    }

    /** Null when the file is as the manifest says. */
    private String changed(Manifest.Entry file) throws IOException {
        try {
            return BackupFolders.sha256(Files.readAllBytes(folder.resolve(file.name()))).equals(file.sha256()) ? null : "changed";
        } catch (NoSuchFileException e) {
            return "missing";
        }
    }

    private BackupKey key(BackupKeys keys) throws BackupException {
        try {
            return keys.in(folder);
        } catch (StorageException e) {
            throw Failures.of(e);
        }
    }

    private void verifyRecords(Manifest.Entry file, BackupKey key, List<String> findings) throws IOException {
        try {
            PointFiles.read(Files.readAllBytes(folder.resolve(file.name())), manifest.id(), file, key,
                    point -> key.defect(file.collection(), point)
                            .ifPresent(why -> findings.add(file.name() + ": record " + point.id() + " " + why)));
        } catch (IOException e) {
            findings.add(file.name() + ": " + e.getMessage());
        }
    }

    private BackupException damaged(List<String> findings) {
        return new BackupException(Problem.DAMAGED, "the backup in " + folder + " is damaged in " + findings.size() + " places: "
                + findings.getFirst() + (findings.size() > 1 ? ", …" : ""), "use another backup",
                findings.subList(0, Math.min(MOST_FINDINGS, findings.size())), null);
    }

    /**
     * What a store is made from, each with the store's mark that it is another now.
     *
     * @param key of the backup, which verified it
     * @param home as the home's keys are now: what they do not open, they encrypt anew
     * @throws BackupException {@code FOREIGN} when they are those of another home
     */
    List<CollectionContents> contents(BackupKey key, BackupKey home) throws BackupException {
        checkIsOf(home);
        return manifest.collections().stream().map(collection -> new CollectionContents(collection.name(), collection.dimensions(), each -> {
            for (var file : manifest.files()) {
                if (collection.name().equals(file.collection())) {
                    read(file, key, point -> each.accept(home.renewed(collection.name(), point, key)));
                }
            }
            home.mark(collection.name()).ifPresent(each);
        })).toList();
    }

    /** @throws BackupException {@code FOREIGN} when this was made by another home than that of {@code key} */
    void checkIsOf(BackupKey key) throws BackupException {
        if (!key.fingerprint().equals(manifest.key())) {
            throw new BackupException(Problem.FOREIGN, "the backup " + manifest.id() + " was made by another home, with another key than this one has; "
                    + "restored here, nothing else of this home could be read with it", "restore it into a new home: --home NEW", null);
        }
    }

    /** Names of the files with the wrapped key. */
    List<Path> keyFiles() {
        return manifest.files().stream().filter(file -> file.collection() == null).map(file -> Path.of(file.name())).toList();
    }

    /** Once more with all checks: the file may have changed since it was verified. */
    private void read(Manifest.Entry file, BackupKey key, Consumer<Point> each) throws VectorStoreException {
        try {
            PointFiles.read(Files.readAllBytes(folder.resolve(file.name())), manifest.id(), file, key, each);
        } catch (IOException | IllegalArgumentException e) {
            throw new VectorStoreException(VectorStoreException.Problem.IO, "The backup changed while it was restored: " + file.name() + ": "
                    + e.getMessage() + ". The store is as it was.", e);
        }
    }
}
