package cloudops.storage.internal;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import org.eclipse.equinox.security.storage.ISecurePreferences;
import org.eclipse.equinox.security.storage.SecurePreferencesFactory;
import org.eclipse.equinox.security.storage.StorageException;
import org.eclipse.equinox.security.storage.provider.IProviderHints;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

import cloudops.storage.StorageException.Problem;

/**
 * The keychain through Equinox secure storage: an entry is a file under the home, encrypted with a master password that only the
 * operating system's keychain holds. The provider is pinned, so that Equinox never falls back to another.
 */
@Component
public final class EquinoxKeychain implements Keychain {

    private static final String PREFIX = "keychain-", SUFFIX = ".secure";

    private static final String PUT_BACK = "put the file back from a copy or a backup";

    private static final String SECRET_SERVICE = "cloudops.storage.SecretService";

    /** Files that only the system's keychain opens. */
    interface SecureFiles {

        void write(Path file, byte[] secret) throws IOException;

        byte[] read(Path file) throws IOException;

        /** Makes the keychain forget what opens the file. */
        void forget(Path file) throws IOException;
    }

    interface Link {
        /** @throws LinkageError where the optional parts are not installed */
        SecureFiles open() throws IOException;
    }

    private final Link link;

    @Activate
    public EquinoxKeychain() {
        this(System.getenv());
    }

    /** @param environment the variables that tell where the session's bus is */
    EquinoxKeychain(Map<String, String> environment) {
        var session = UUID.randomUUID().toString();
        link = () -> new EquinoxFiles(provider(environment), session); // no method reference, which would load the class here already
    }

    EquinoxKeychain(Link link) {
        this.link = link;
    }

    /** Equinox has no end of using a file, and keeps its password until then. */
    @Deactivate
    void close() {
        GivenPasswords.clear();
    }

    /** The entry is on the disk, and was read from there, before anything is encrypted with what it holds. */
    @Override
    public String store(Path folder, byte[] secret) throws IOException {
        var entry = PREFIX + UUID.randomUUID();
        var file = file(folder, entry);
        try {
            var files = link.open();
            files.write(file, secret);
            Durable.force(file);
            requireSame(files.read(file), secret);
            return entry;
        } catch (LinkageError e) {
            throw notInstalled(e);
        } catch (IOException e) {
            removeAfter(e, folder, entry);
            throw e;
        }
    }

    private static void requireSame(byte[] there, byte[] secret) throws IOException {
        boolean same = MessageDigest.isEqual(there, secret);
        Arrays.fill(there, (byte) 0);
        if (!same) {
            throw new IOException("what was just put into it reads otherwise");
        }
    }

    private void removeAfter(IOException failure, Path folder, String entry) {
        if (Files.exists(file(folder, entry))) {
            try {
                remove(folder, entry);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public byte[] read(Path folder, String entry) throws IOException {
        var file = file(folder, entry);
        if (!Files.exists(file)) {
            throw new KeychainException(Problem.NO_KEY, "its file " + file + " is gone", PUT_BACK, null);
        }
        try {
            return link.open().read(file);
        } catch (LinkageError e) {
            throw notInstalled(e);
        }
    }

    @Override
    public void remove(Path folder, String entry) throws IOException {
        var file = file(folder, entry);
        try {
            link.open().forget(file);
        } catch (LinkageError e) {
            throw notInstalled(e);
        }
        Files.deleteIfExists(file);
    }

    @Override
    public List<String> entries(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            var entries = new ArrayList<String>();
            files.forEach(file -> entries.add(file.getFileName().toString().replace(SUFFIX, "")));
            return entries;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static Path file(Path folder, String entry) {
        return folder.resolve(entry + SUFFIX);
    }

    /** The extension's ID; those of a fragment are named after its host. */
    private static String provider(Map<String, String> environment) throws IOException {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (os.startsWith("mac")) {
            return "org.eclipse.equinox.security.osxkeystoreintegration";
        }
        if (os.startsWith("windows")) {
            return "org.eclipse.equinox.security.windowspasswordprovider64bit";
        }
        // without a session bus libsecret would start one, and wait for it
        if (environment.get("DBUS_SESSION_BUS_ADDRESS") == null && !sessionBusSocket(environment.get("XDG_RUNTIME_DIR"))) {
            throw new KeychainException(Problem.NO_KEY, "this session has no D-Bus, so no Secret Service",
                    "run it in the desktop session that made the home, or start one with dbus-run-session", null);
        }
        return SECRET_SERVICE;
    }

    private static boolean sessionBusSocket(String runtimeFolder) {
        return runtimeFolder != null && Files.exists(Path.of(runtimeFolder, "bus"));
    }

    private static IOException notInstalled(LinkageError e) {
        return new IOException("Equinox secure storage or its link to the system's keychain is not installed", e);
    }

    /** All use of Equinox's types, in a class of its own: they are an optional import of this bundle. */
    private static final class EquinoxFiles implements SecureFiles {

        /** Key files have it under this name, whatever the secret is. */
        private static final String NODE = "cloudops", KEY = "wrapping_key";

        private static final URLStreamHandler AS_IT_IS = new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
                return new URLConnection(url) {
                    @Override
                    public void connect() {
                        // nothing to do before it is read
                    }

                    @Override
                    public InputStream getInputStream() throws IOException {
                        return new FileInputStream(getURL().getPath());
                    }
                };
            }
        };

        private final String provider;

        private final String session;

        /** @param session of our use of Equinox, which goes on with what it knows of a file as long as that has the same URL */
        EquinoxFiles(String provider, String session) {
            this.provider = provider;
            this.session = session;
        }

        @Override
        public void write(Path file, byte[] secret) throws IOException {
            var root = open(file, "new-" + session, true); // so that who reads it gets what is in the file
            try {
                root.node(NODE).putByteArray(KEY, secret, true);
            } catch (StorageException e) {
                throw unusable(e);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            root.flush();
        }

        @Override
        public byte[] read(Path file) throws IOException {
            try {
                var secret = open(file, session, false).node(NODE).getByteArray(KEY, null);
                if (secret == null) {
                    throw new KeychainException(Problem.NO_KEY, "its file " + file + " holds no key", PUT_BACK, null);
                }
                return secret;
            } catch (StorageException e) {
                throw unusable(e);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public void forget(Path file) throws IOException {
            if (!provider.equals(SECRET_SERVICE)) {
                return; // one password for all files
            }
            var service = new SecretService();
            var entry = file.getFileName().toString();
            service.clear(entry);
            if (service.lookup(entry).isPresent()) {
                throw new KeychainException(Problem.NO_KEY, "the Secret Service keeps the entry " + entry,
                        "remove it in the keyring's own window, then do it again", null);
            }
        }

        /** @param session only tells the URL from others of the file */
        private ISecurePreferences open(Path file, String session, boolean create) throws IOException {
            var options = new HashMap<String, Object>();
            options.put(IProviderHints.REQUIRED_MODULE_ID, provider);
            options.put(IProviderHints.PROMPT_USER, false);
            if (create) {
                options.put(SecretServicePasswords.CREATE, true);
            }
            return SecurePreferencesFactory.open(unescaped(file, session), options);
        }

        /**
         * Equinox takes the path of the URL for that of the file, as it is: an escaped space would be three characters of another folder. But it reads
         * through the URL, and the JDK takes a percent sign for an escape.
         */
        @SuppressWarnings("deprecation") // java.net.URI escapes
        private static URL unescaped(Path file, String session) throws IOException {
            var path = file.toAbsolutePath().toString();
            var url = new URL("file", null, -1, path + "#" + session, AS_IT_IS);
            if (!url.getPath().equals(path)) {
                throw new KeychainException(Problem.NO_KEY, "secure storage cannot have the file " + path + ", because of a # or ? in its path",
                        "use another home (--home)", null);
            }
            return url;
        }

        private static IOException unusable(StorageException e) {
            // Equinox also says "no password" of one that does not open what the file has to try it on
            return e.getErrorCode() == StorageException.DECRYPTION_ERROR || e.getErrorCode() == StorageException.NO_PASSWORD
                    ? new KeychainException(Problem.WRONG_KEY, "its entry was changed, or its file was: they do not fit each other",
                            "put keyring and key files back from a backup", e)
                    : new IOException("the system's keychain does not answer: " + e.getMessage(), e);
        }
    }
}
