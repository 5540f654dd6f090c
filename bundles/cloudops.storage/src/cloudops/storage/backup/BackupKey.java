package cloudops.storage.backup;

import java.util.Optional;

import javax.crypto.AEADBadTagException;

import cloudops.vectorstore.Point;

/** The key that backups of one home are made with. It stays inside; thread-safe. */
public interface BackupKey {

    /** Tells this key from others and says nothing of it; the same for as long as the home has the same data key. */
    String fingerprint();

    /** @param context what {@code plain} is, which is authenticated with it */
    byte[] seal(byte[] plain, byte[] context);

    /** @throws AEADBadTagException when key, context, or any bit of {@code sealed} is not what it was */
    byte[] open(byte[] sealed, byte[] context) throws AEADBadTagException;

    /** Why {@code point} of {@code collection} is not whole, without anything of its content; empty when it decrypts. */
    Optional<String> defect(String collection, Point point);
}
