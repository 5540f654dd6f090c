package cloudops.backup.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import javax.crypto.AEADBadTagException;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.json.Json;
import cloudops.storage.backup.BackupKey;

/**
 * What is in a backup: one line of JSON and one with its seal, an authentication tag by the backup's key over every byte of the first. It
 * vouches for all other files by their hashes.
 *
 * @param format of all files
 * @param key fingerprint of the key
 * @param collections what a store is made from
 * @param leftOut damaged records that are not in it
 * @param files all others
 */
record Manifest(int format, String id, Instant createdAt, String key, List<Collection> collections, int leftOut, List<Entry> files) {

    static final int FORMAT = 1;
    static final String FILE = "manifest.json";

    /** A file's name comes from a file that may be forged, and becomes a path. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,64}/[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    Manifest {
        collections = List.copyOf(collections);
        files = List.copyOf(files);
    }

    /** @param points in all its files together */
    record Collection(String name, int dimensions, long points) {
    }

    /**
     * @param name below the backup's folder, with slashes
     * @param collection whose points are in it; null for a file with a wrapped key
     * @param points how many; 0 for a file with a wrapped key
     * @param sha256 in lower-case hexadecimal
     */
    record Entry(String name, String collection, long points, long bytes, String sha256) {
    }

    /** As stored. */
    byte[] sealed(BackupKey by) throws JsonProcessingException {
        var json = Json.mapper().writeValueAsBytes(this);
        var seal = HexFormat.of().formatHex(by.seal(new byte[0], json));
        var stored = Arrays.copyOf(json, json.length + seal.length() + 2);
        System.arraycopy(("\n" + seal + "\n").getBytes(UTF_8), 0, stored, json.length, seal.length() + 2);
        return stored;
    }

    /** What the file says, not authenticated. @throws BackupException {@code DAMAGED}, {@code UNKNOWN_FORMAT} */
    static Manifest read(byte[] stored, String where) throws BackupException {
        try {
            var tree = Json.mapper().readTree(json(stored));
            if (!tree.path("format").canConvertToInt()) {
                throw damaged(where, null);
            }
            int format = tree.path("format").asInt();
            if (format != FORMAT) {
                throw new BackupException(Problem.UNKNOWN_FORMAT, "the backup in " + where + " has format " + format
                        + "; this version reads and writes " + FORMAT + " and refuses any other", format > FORMAT
                                ? "restore it with the version of this program that made it, or a newer one" : null, null);
            }
            var manifest = Json.mapper().treeToValue(tree, Manifest.class);
            if (!BackupFolders.isId(manifest.id) || manifest.createdAt == null || !manifest.key.matches("[0-9a-f]{16}")
                    || !manifest.files.stream().allMatch(file -> NAME.matcher(file.name()).matches())) {
                throw damaged(where, null);
            }
            return manifest;
        } catch (IOException | RuntimeException e) {
            throw damaged(where, e);
        }
    }

    /** Whether {@code key} sealed every byte of {@code stored}. */
    static boolean isSealed(byte[] stored, BackupKey key) {
        var json = json(stored);
        var seal = new String(stored, json.length, stored.length - json.length, UTF_8);
        try {
            var bytes = HexFormat.of().parseHex(seal.strip());
            // one spelling only, so that no byte of the file can change unnoticed
            return seal.equals("\n" + HexFormat.of().formatHex(bytes) + "\n") && key.open(bytes, json).length == 0;
        } catch (AEADBadTagException | IllegalArgumentException e) {
            return false;
        }
    }

    Backup describe(String location, long manifestBytes) {
        var records = new TreeMap<String, Long>();
        collections.forEach(collection -> records.put(collection.name(), collection.points()));
        return new Backup(id, createdAt, format, key, Map.copyOf(records), leftOut, manifestBytes + files.stream().mapToLong(Entry::bytes).sum(),
                location);
    }

    private static byte[] json(byte[] stored) {
        int end = 0;
        while (end < stored.length && stored[end] != '\n') {
            end++;
        }
        return Arrays.copyOf(stored, end);
    }

    private static BackupException damaged(String where, Exception cause) {
        return new BackupException(Problem.DAMAGED, "the backup in " + where + " is damaged: " + FILE + " is not readable",
                "use another backup", List.of(FILE + ": not readable"), cause);
    }
}
