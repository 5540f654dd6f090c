package cloudops.vectorstore.qdrant.internal;

import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;

import cloudops.vectorstore.contract.VectorStoreContract;
import cloudops.vectorstore.spi.OpenStore;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;

/** The contract, on {@link ServerUnderTest}. */
class QdrantContractTest extends VectorStoreContract {

    private ServerUnderTest server;
    private OpenStore store;

    @Override
    protected OpenStore emptyStore() throws Exception {
        server = ServerUnderTest.without(COLLECTIONS);
        store = new QdrantStores().open(server.address(), null);
        return store;
    }

    @Override
    protected void makeForeign(String collection) throws InterruptedException, ExecutionException {
        try (var other = server.client()) {
            other.createCollectionAsync(collection, VectorParams.newBuilder().setSize(SIZE).setDistance(Distance.Cosine).build()).get();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        store.close();
        server.close();
    }
}
