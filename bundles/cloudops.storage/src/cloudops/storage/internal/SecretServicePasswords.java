package cloudops.storage.internal;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;

import javax.crypto.spec.PBEKeySpec;

import org.eclipse.equinox.security.storage.provider.IPreferencesContainer;
import org.eclipse.equinox.security.storage.provider.PasswordProvider;

import cloudops.storage.StorageException.Problem;

/**
 * Equinox secure storage's link to the Secret Service: a master password for each file, under the file's name. Equinox's own has one for all
 * of a user's files, Eclipse's included, and replaces it whenever a new file is made, which loses all that was encrypted before.
 */
public final class SecretServicePasswords extends PasswordProvider {

    /** The option of a file that is being made: without it, no password is made. */
    static final String CREATE = "cloudops.create";

    private static final int PASSWORD_BYTES = 48;

    /** @throws UncheckedIOException whose cause is a {@link KeychainException} */
    @Override
    public PBEKeySpec getPassword(IPreferencesContainer container, int passwordType) {
        var file = Path.of(container.getLocation().getPath());
        var entry = file.getFileName().toString();
        try {
            var service = new SecretService();
            var password = service.lookup(entry);
            if (password.isEmpty() && container.hasOption(CREATE)) {
                var made = Base64.getEncoder().encodeToString(Aead.random(PASSWORD_BYTES));
                service.store(entry, "CloudOps Workbench: opens " + file, made);
                password = service.lookup(entry).filter(made::equals);
            }
            var there = password.orElseThrow(() -> new KeychainException(Problem.NO_KEY, "its entry is not there any more",
                    "put the keyring back from a backup: only the entry opens " + file, null));
            return GivenPasswords.give(there.toCharArray());
        } catch (KeychainException e) {
            throw new UncheckedIOException(e);
        }
    }
}
