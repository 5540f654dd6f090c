package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.Point;

/**
 * What every write of records leaves in the store: a new random value, so that whoever holds something made from the records can tell cheaply
 * whether any process has written since; and the version of the key that is written with, so that a machine which shares a store on a server,
 * but has the key file of before a rotation, does not write what the others cannot read. Nothing in it is secret or trusted.
 *
 * @param value differs from one write to the next
 * @param keyVersion 0 when the store does not say
 */
record Generation(String value, int keyVersion) {

    private static final Pattern BLOB = Pattern.compile("([0-9a-f-]{36})#([0-9]{1,9})");

    static Generation next(int keyVersion) {
        return new Generation(UUID.randomUUID().toString(), keyVersion);
    }

    static Optional<Generation> of(Point point) {
        var blob = BLOB.matcher(new String(point.blob(), US_ASCII));
        return blob.matches() ? Optional.of(new Generation(blob.group(1), Integer.parseInt(blob.group(2)))) : Optional.empty();
    }

    Point point() {
        return new Point(Records.GENERATION, null, Map.of(), (value + "#" + keyVersion).getBytes(US_ASCII));
    }

    /** @throws StorageException {@code WRONG_KEY} when the store is written with a newer key than {@code keys} has */
    void check(EstateKeys keys) throws StorageException {
        if (keyVersion > keys.version()) {
            throw new StorageException(Problem.WRONG_KEY, "the keys of this store were rotated on another machine: it is written with version "
                    + keyVersion + " of the key, and this home has version " + keys.version(),
                    "copy the folder keys/ from the home of that machine into this one", null);
        }
    }
}
