package cloudops.vectorstore.qdrant.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.contract.VectorStoreContract;
import cloudops.vectorstore.spi.OpenStore;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;

/** The contract, on {@link ServerUnderTest}. */
class QdrantContractTest extends VectorStoreContract {

    private ServerUnderTest server;
    private final List<OpenStore> opened = new ArrayList<>();

    @Override
    protected OpenStore emptyStore() throws Exception {
        server = ServerUnderTest.without(COLLECTIONS);
        return sameStore();
    }

    @Override
    protected OpenStore sameStore() throws VectorStoreException {
        opened.add(new QdrantStores().open(server.address(), null));
        return opened.getLast();
    }

    @Override
    protected void makeForeign(String collection) throws InterruptedException, ExecutionException {
        try (var other = server.client()) {
            other.createCollectionAsync(collection, VectorParams.newBuilder().setSize(SIZE).setDistance(Distance.Cosine).build()).get();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var store : opened) {
            store.close();
        }
        server.close();
    }
}
