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
        var path = address.substring(SCHEME.length() + 1);
        try {
            return new LuceneVectorStore(path.isEmpty() ? home.resolve("store").resolve(SCHEME) : Path.of(path), Tuning.USUAL);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(address + " is no address of a store: " + e.getReason() + "; try: lucene:/path/of/a/folder", e);
        }
    }
}
