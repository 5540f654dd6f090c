package cloudops.vectorstore.qdrant.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import cloudops.vectorstore.qdrant.standin.QdrantDouble;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;

/**
 * A server without certain collections: the double, or a real one when {@code CLOUDOPS_TEST_QDRANT} says where it is ({@code host:port} of gRPC,
 * {@code CLOUDOPS_QDRANT_API_KEY} if it wants one). There these collections, and what they stand for, are removed first.
 */
final class ServerUnderTest implements AutoCloseable {

    private static final String REAL = System.getenv("CLOUDOPS_TEST_QDRANT");

    private final QdrantDouble standIn = REAL == null ? new QdrantDouble() : null;

    static ServerUnderTest without(List<String> collections) throws InterruptedException, ExecutionException {
        var server = new ServerUnderTest();
        try (var client = server.client()) {
            for (var name : client.listCollectionsAsync().get()) {
                if (collections.contains(name) || name.indexOf('.') > 0 && collections.contains(name.substring(0, name.indexOf('.')))) {
                    client.deleteCollectionAsync(name).get();
                }
            }
        }
        return server;
    }

    String address() {
        return "qdrant://" + hostAndPort();
    }

    private String hostAndPort() {
        return standIn == null ? REAL : "127.0.0.1:" + standIn.port();
    }

    QdrantClient client() {
        return new QdrantClient(connection());
    }

    QdrantGrpcClient connection() {
        var client = QdrantGrpcClient.newBuilder(Grpc.newChannelBuilder(hostAndPort(), InsecureChannelCredentials.create()).build(), true, false);
        Optional.ofNullable(System.getenv(ApiKey.VARIABLE)).ifPresent(client::withApiKey);
        return client.build();
    }

    @Override
    public void close() throws InterruptedException {
        if (standIn != null) {
            standIn.close();
        }
    }
}
