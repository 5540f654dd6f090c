package cloudops.vectorstore.qdrant.internal;

import java.nio.file.Path;
import java.util.Set;

import org.osgi.service.component.annotations.Component;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.spi.OpenStore;
import cloudops.vectorstore.spi.VectorStoreProvider;

/** Stores at {@code qdrant://HOST[:PORT]} and {@code qdrants://HOST[:PORT]}, see {@link QdrantAddress}. */
@Component
public final class QdrantStores implements VectorStoreProvider {

    @Override
    public Set<String> schemes() {
        return Set.of(QdrantAddress.PLAIN, QdrantAddress.TLS);
    }

    @Override
    public OpenStore open(String address, Path home) throws VectorStoreException {
        var server = QdrantAddress.parse(address);
        return new QdrantVectorStore(QdrantServer.connect(server, ApiKey.of(server, System.getenv())));
    }
}
