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
 * <p>A change that the store does not make at once begins by marking the generation as unfinished and ends by replacing it, so that one that was
 * cut short is told from none. Where several write to a server at a time, the one that ends first also ends the others' marks.
 *
 * @param value differs from one write to the next; of an unfinished one, from one look to the next, since nothing made from the records meanwhile
 *            may be taken for up to date
 * @param keyVersion 0 when the store does not say
 * @param finished whether the records are as the last write left them
 */
record Generation(String value, int keyVersion, boolean finished) {

    private static final Pattern BLOB = Pattern.compile("([0-9a-f-]{36})#([0-9]{1,9})(#unfinished)?");

    static Generation next(int keyVersion) {
        return new Generation(UUID.randomUUID().toString(), keyVersion, true);
    }

    static Generation unfinished(int keyVersion) {
        return new Generation(UUID.randomUUID().toString(), keyVersion, false);
    }

    static Optional<Generation> of(Point point) {
        var blob = BLOB.matcher(new String(point.blob(), US_ASCII));
        if (!blob.matches()) {
            return Optional.empty();
        }
        int keyVersion = Integer.parseInt(blob.group(2));
        return Optional.of(blob.group(3) == null ? new Generation(blob.group(1), keyVersion, true) : unfinished(keyVersion));
    }

    Point point() {
        return new Point(Records.GENERATION, null, Map.of(), (value + "#" + keyVersion + (finished ? "" : "#unfinished")).getBytes(US_ASCII));
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
