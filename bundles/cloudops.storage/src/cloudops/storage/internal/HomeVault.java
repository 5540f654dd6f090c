package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

import cloudops.model.Environment;
import cloudops.model.SecretVault;

/** Secrets of a home's user in the same keychain as the home's key, an entry each; in a home that may not use the keychain there are none. */
@Component
public final class HomeVault implements SecretVault {

    private final Environment environment;

    private final TimedKeychain keychain;

    @Activate
    public HomeVault(@Reference Environment environment, @Reference(cardinality = ReferenceCardinality.OPTIONAL) Keychain keychain) {
        this.environment = environment;
        this.keychain = new TimedKeychain(keychain);
    }

    @Override
    public String put(Path folder, byte[] secret) throws IOException {
        return answer(() -> keychain.store(made(folder), secret));
    }

    @Override
    public byte[] get(Path folder, String entry) throws IOException {
        return answer(() -> keychain.read(folder, entry));
    }

    @Override
    public void remove(Path folder, String entry) throws IOException {
        answer(() -> {
            keychain.remove(folder, entry);
            return entry;
        });
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T answer(Call<T> call) throws IOException {
        if (!environment.keychain()) {
            throw new IOException("this home does not use the system's keychain");
        }
        try {
            return call.make();
        } catch (KeychainException e) {
            throw new IOException("the system's keychain: " + e.getMessage() + "; try: " + e.remedy(), e);
        } catch (IOException e) {
            throw new IOException("the system's keychain cannot be used: " + e.getMessage() + "; try: run it in your desktop session", e);
        }
    }

    private static Path made(Path folder) throws IOException {
        boolean modes = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return Files.createDirectories(folder, modes
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) }
                : new FileAttribute<?>[0]);
    }
}
