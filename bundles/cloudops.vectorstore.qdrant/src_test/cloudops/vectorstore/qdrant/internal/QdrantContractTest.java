package cloudops.vectorstore.qdrant.internal;

import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;

import cloudops.vectorstore.contract.VectorStoreContract;
import cloudops.vectorstore.spi.OpenStore;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;

/**
 * The contract, on the double; on a real server instead when {@code CLOUDOPS_TEST_QDRANT} says where one is ({@code host:port} of gRPC,
 * {@code CLOUDOPS_QDRANT_API_KEY} if it wants one); there the collections that the contract uses are removed first.
 */
class QdrantContractTest extends VectorStoreContract {

    private static final String REAL = System.getenv("CLOUDOPS_TEST_QDRANT");

    private QdrantDouble standIn;
    private OpenStore store;

    @Override
    protected OpenStore emptyStore() throws Exception {
        if (REAL == null) {
            standIn = new QdrantDouble();
        } else {
            removeOurs();
        }
        store = new QdrantStores().open("qdrant://" + server(), null);
        return store;
    }

    private String server() {
        return REAL == null ? "127.0.0.1:" + standIn.port() : REAL;
    }

    @Override
    protected void makeForeign(String collection) throws InterruptedException, ExecutionException {
        try (var other = client()) {
            other.createCollectionAsync(collection, VectorParams.newBuilder().setSize(SIZE).setDistance(Distance.Cosine).build()).get();
        }
    }

    private void removeOurs() throws InterruptedException, ExecutionException {
        try (var other = client()) {
            for (var name : COLLECTIONS) {
                other.deleteCollectionAsync(name).get();
            }
        }
    }

    private QdrantClient client() {
        var channel = Grpc.newChannelBuilder(server(), InsecureChannelCredentials.create()).build();
        var client = QdrantGrpcClient.newBuilder(channel, true, false);
        Optional.ofNullable(System.getenv(ApiKey.VARIABLE)).ifPresent(client::withApiKey);
        return new QdrantClient(client.build());
    }

    @AfterEach
    void closeAll() throws Exception {
        store.close();
        if (standIn != null) {
            standIn.close();
        }
    }
}
