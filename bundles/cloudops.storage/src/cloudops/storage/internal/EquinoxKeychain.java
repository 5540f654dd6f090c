package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.UUID;

import org.eclipse.equinox.security.storage.ISecurePreferences;
import org.eclipse.equinox.security.storage.SecurePreferencesFactory;
import org.eclipse.equinox.security.storage.StorageException;
import org.eclipse.equinox.security.storage.provider.IProviderHints;
import org.osgi.service.component.annotations.Component;

/**
 * The keychain through Equinox secure storage: an entry is a file under the home, encrypted with a master password that only the
 * operating system's keychain holds. The provider is pinned, so that Equinox never falls back to another.
 */
@Component
public final class EquinoxKeychain implements Keychain {

    @Override
    public String store(Path folder, byte[] wrappingKey) throws IOException {
        var provider = provider();
        var entry = "keychain-" + UUID.randomUUID();
        try {
            SecureFile.write(file(folder, entry), provider, wrappingKey);
        } catch (LinkageError e) {
            throw notInstalled(e);
        }
        return entry;
    }

    @Override
    public byte[] read(Path folder, String entry) throws IOException {
        var file = file(folder, entry);
        if (!Files.exists(file)) {
            throw new IOException("its file " + file + " is gone");
        }
        try {
            return SecureFile.read(file, provider());
        } catch (LinkageError e) {
            throw notInstalled(e);
        }
    }

    @Override
    public void remove(Path folder, String entry) throws IOException {
        Files.deleteIfExists(file(folder, entry));
    }

    private static Path file(Path folder, String entry) {
        return folder.resolve(entry + ".secure");
    }

    /** The extension's ID; those of a fragment are named after its host. */
    private static String provider() throws IOException {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (os.startsWith("mac")) {
            return "org.eclipse.equinox.security.osxkeystoreintegration";
        }
        if (os.startsWith("windows")) {
            return "org.eclipse.equinox.security.windowspasswordprovider64bit";
        }
        // without a session bus libsecret would start one, and wait for it
        if (System.getenv("DBUS_SESSION_BUS_ADDRESS") == null && !sessionBusSocket()) {
            throw new IOException("this session has no D-Bus, so no Secret Service");
        }
        return "org.eclipse.equinox.security.LinuxKeystoreIntegrationJNA";
    }

    private static boolean sessionBusSocket() {
        var runtimeFolder = System.getenv("XDG_RUNTIME_DIR");
        return runtimeFolder != null && Files.exists(Path.of(runtimeFolder, "bus"));
    }

    private static IOException notInstalled(LinkageError e) {
        return new IOException("Equinox secure storage or its link to the system's keychain is not installed", e);
    }

    /** All use of Equinox's types, in a class of its own: they are an optional import of this bundle. */
    private static final class SecureFile {

        private static final String NODE = "cloudops", KEY = "wrapping_key";

        static void write(Path file, String provider, byte[] wrappingKey) throws IOException {
            var root = open(file, provider);
            try {
                root.node(NODE).putByteArray(KEY, wrappingKey, true);
            } catch (StorageException e) {
                throw unusable(e);
            }
            root.flush();
        }

        static byte[] read(Path file, String provider) throws IOException {
            try {
                var wrappingKey = open(file, provider).node(NODE).getByteArray(KEY, null);
                if (wrappingKey == null) {
                    throw new IOException("its file " + file + " holds no key");
                }
                return wrappingKey;
            } catch (StorageException e) {
                throw unusable(e);
            }
        }

        private static ISecurePreferences open(Path file, String provider) throws IOException {
            var options = new HashMap<String, Object>();
            options.put(IProviderHints.REQUIRED_MODULE_ID, provider);
            options.put(IProviderHints.PROMPT_USER, false);
            return SecurePreferencesFactory.open(file.toUri().toURL(), options);
        }

        private static IOException unusable(StorageException e) {
            return new IOException("the system's keychain does not answer: " + e.getMessage(), e);
        }
    }
}
