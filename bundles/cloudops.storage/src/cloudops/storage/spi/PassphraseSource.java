package cloudops.storage.spi;

import java.nio.file.Path;
import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/** Where a passphrase comes from when there is no keychain: the environment, a terminal, a dialog. Registered as a service by a face. */
@ConsumerType
public interface PassphraseSource {

    /**
     * Called once a process, off the UI thread; may block for the user.
     *
     * @param home whose passphrase is wanted
     * @param create true when the home is new and the passphrase is being chosen
     * @return empty when there is none to be had; the array is cleared after use
     */
    Optional<char[]> passphrase(Path home, boolean create);
}
