package cloudops.backup;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backup says of itself. As listed, nobody has checked it.
 *
 * @param id unique; begins with the time
 * @param createdAt the moment whose records it holds
 * @param format of its files
 * @param key fingerprint of the key it was made with
 * @param records collection → how many
 * @param leftOut records of the store that were damaged already, and are not in it
 * @param bytes of all its files
 * @param location a folder, or an S3 URI
 */
public record Backup(String id, Instant createdAt, int format, String key, Map<String, Long> records, int leftOut, long bytes, String location) {

    public Backup {
        requireNonNull(id, "id");
        requireNonNull(createdAt, "createdAt");
        records = Collections.unmodifiableMap(new TreeMap<>(records));
    }
}
