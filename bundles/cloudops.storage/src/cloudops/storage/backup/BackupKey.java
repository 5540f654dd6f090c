package cloudops.storage.backup;

import java.util.Optional;

import javax.crypto.AEADBadTagException;

import cloudops.vectorstore.Point;

/**
 * The keys of a home as they were at one moment: the one that its backups are made with, which never changes, and those of its records. They
 * stay inside; thread-safe.
 */
public interface BackupKey {

    /** Tells the keys of this home from those of others, and says nothing of them; rotation does not change it. */
    String fingerprint();

    /** @param context what {@code plain} is, which is authenticated with it */
    byte[] seal(byte[] plain, byte[] context);

    /** @throws AEADBadTagException when key, context, or any bit of {@code sealed} is not what it was */
    byte[] open(byte[] sealed, byte[] context) throws AEADBadTagException;

    /** Why {@code point} of {@code collection} is not whole, without anything of its content; empty when it decrypts. */
    Optional<String> defect(String collection, Point point);

    /**
     * {@code point}, which decrypts with {@code older}, as it would be written now: the same, or encrypted anew where its key is not the present one.
     *
     * @param older keys of the same home
     * @throws IllegalArgumentException when it does not decrypt, or {@code older} are keys of another home
     */
    Point renewed(String collection, Point point, BackupKey older);

    /**
     * A point of the store's own bookkeeping, new at each call, always with the same ID: written into a collection, it tells all processes
     * that what is in it is another than before. Not part of a backup.
     */
    Optional<Point> mark(String collection);
}
