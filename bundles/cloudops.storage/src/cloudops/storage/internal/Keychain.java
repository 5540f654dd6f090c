package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The operating system's keychain, which holds secrets of a home. Its methods may block for the system's own dialog. */
interface Keychain {

    /**
     * Puts a secret into the keychain.
     *
     * @param folder for whatever file of its own the keychain's client needs; it is there
     * @return the entry's name, by which {@link #read} finds it again; no other entry ever has it
     * @throws IOException when there is no keychain, with the reason for people
     */
    String store(Path folder, byte[] secret) throws IOException;

    /** @throws IOException when there is no keychain or no such entry in it, with the reason for people */
    byte[] read(Path folder, String entry) throws IOException;

    /** Forgets an entry for good, if it is there; whatever only it opens is lost. */
    void remove(Path folder, String entry) throws IOException;

    /** The names of all entries that were stored with this folder. Asks nobody. */
    List<String> entries(Path folder) throws IOException;
}
