package cloudops.vectorstore.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.Environment;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.VectorStores;
import cloudops.vectorstore.spi.OpenStore;
import cloudops.vectorstore.spi.VectorStoreProvider;

/**
 * The stores that providers offer. The home's own is not left to which provider comes first: a home that names a server never falls back to
 * files, where its records are not.
 */
@Component
public final class InstalledStores implements VectorStores {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String USUAL = "lucene:";
    /** Providers come a moment after the program's start. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Duration patience;
    private final Path home;
    private final Path file;
    private final List<VectorStoreProvider> providers = new ArrayList<>(); // guarded by this

    @Activate
    public InstalledStores(@Reference Environment environment) {
        this(environment, PATIENCE);
    }

    InstalledStores(Environment environment, Duration patience) {
        this.patience = patience;
        home = environment.home();
        file = home.resolve("settings.json");
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public synchronized void addProvider(VectorStoreProvider provider) {
        providers.add(provider);
        notifyAll();
    }

    public synchronized void removeProvider(VectorStoreProvider provider) {
        providers.remove(provider);
    }

    @Override
    public String own() throws VectorStoreException {
        var url = settings().at("/store/url");
        if (url.isMissingNode()) {
            return USUAL;
        }
        if (!url.isTextual() || url.textValue().isBlank()) {
            throw unreadable("store.url is no text", null);
        }
        return url.textValue();
    }

    @Override
    public void choose(String address) throws VectorStoreException {
        var settings = settings();
        if (settings.path("store") instanceof ObjectNode store) {
            store.put("url", address);
        } else {
            settings.putObject("store").put("url", address);
        }
        try {
            Files.createDirectories(home, ownerOnly());
            var written = Files.createTempFile(home, "settings", ".new");
            Files.write(written, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(settings), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new VectorStoreException(Problem.IO, file + " cannot be written: " + e, e);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) }
                : new FileAttribute<?>[0];
    }

    private ObjectNode settings() throws VectorStoreException {
        if (Files.notExists(file)) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode settings) {
                return settings;
            }
            throw unreadable("it is no JSON object", null);
        } catch (JsonProcessingException e) {
            throw unreadable("line " + e.getLocation().getLineNr() + " is no JSON", e);
        } catch (IOException e) {
            throw unreadable(e.toString(), e);
        }
    }

    private VectorStoreException unreadable(String why, Exception cause) {
        return new VectorStoreException(Problem.IO, file + " does not say where the store is: " + why + "; try: mend it, or remove it for the "
                + "store below the home", cause);
    }

    @Override
    public OpenStore open(String address) throws VectorStoreException {
        int colon = address.indexOf(':');
        var scheme = address.substring(0, Math.max(colon, 0));
        return provider(scheme).orElseThrow(() -> new IllegalArgumentException(address + " is no address of a store that this product can open; "
                + "try one of: " + String.join(", ", schemes()))).open(address, home);
    }

    private synchronized Optional<VectorStoreProvider> provider(String scheme) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            var found = providers.stream().filter(provider -> provider.schemes().contains(scheme)).findFirst();
            long left = (end - System.nanoTime()) / 1_000_000;
            if (found.isPresent() || left <= 0) {
                return found;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private synchronized TreeSet<String> schemes() {
        var schemes = new TreeSet<String>();
        providers.forEach(provider -> provider.schemes().forEach(scheme -> schemes.add(scheme + ":")));
        return schemes;
    }
}
