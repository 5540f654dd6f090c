package cloudops.storage.spi;

import java.nio.file.Path;
import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/** Where a passphrase comes from when there is no keychain: the environment, a terminal, a dialog. Registered as a service by a face. */
@ConsumerType
public interface PassphraseSource {

    /**
     * Called on first use of the estate, off the UI thread, until a passphrase opens the home; may block for the user. Of several sources
     * the one with the highest service ranking is asked first, the next when it has none.
     *
     * @param home whose passphrase is wanted
     * @param create true when the home is new and the passphrase is being chosen
     * @return empty when there is none to be had; the array is cleared after use
     * @throws java.io.UncheckedIOException when there should be one and it cannot be read, with a message for people; no other source is asked
     */
    Optional<char[]> passphrase(Path home, boolean create);
}
