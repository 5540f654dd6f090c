package cloudops.model;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps secrets in the operating system's keychain and nowhere else: where there is no keychain, it keeps none. Thread-safe; blocks, perhaps
 * for the system's own dialog.
 */
public interface SecretVault {

    /**
     * @param folder for files of the keychain's client, made if need be; they are worth nothing without the keychain
     * @param secret left as it is, to be wiped by the caller
     * @return the entry's name, which no other has, ever; of letters, digits and dashes
     * @throws IOException when there is no keychain or it refused, with a message for people and what to do; nothing is kept then
     */
    String put(Path folder, byte[] secret) throws IOException;

    /**
     * @return the secret, to be wiped by the caller
     * @throws IOException when it is not to be had, with a message for people and what to do
     */
    byte[] get(Path folder, String entry) throws IOException;

    /** Forgets an entry for good, if it is there. @throws IOException when the keychain does not give it up, as {@link #get} */
    void remove(Path folder, String entry) throws IOException;
}
