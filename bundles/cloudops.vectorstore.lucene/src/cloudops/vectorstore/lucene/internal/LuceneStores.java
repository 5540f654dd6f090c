package cloudops.vectorstore.lucene.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

import org.osgi.service.component.annotations.Component;

import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;
import cloudops.vectorstore.spi.OpenStore;
import cloudops.vectorstore.spi.VectorStoreProvider;

/** Stores at {@code lucene:PATH}; {@code lucene:} alone is {@code store/lucene} below the home. */
@Component
public final class LuceneStores implements VectorStoreProvider {

    private static final String SCHEME = "lucene";

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public OpenStore open(String address, Path home) {
        return new LuceneVectorStore(folder(address.substring(SCHEME.length() + 1), home), Tuning.USUAL);
    }

    private static Path folder(String path, Path home) {
        if (path.isEmpty()) {
            return home.resolve("store").resolve(SCHEME);
        }
        try {
            var folder = Path.of(path);
            if (folder.isAbsolute()) {
                return folder;
            }
            throw wrong(path + " does not say from where", null);
        } catch (InvalidPathException e) {
            throw wrong(e.getReason(), e);
        }
    }

    private static IllegalArgumentException wrong(String why, Exception cause) {
        return new IllegalArgumentException("This is no address of a store: " + why + "; try: lucene:/path/of/a/folder", cause);
    }
}
