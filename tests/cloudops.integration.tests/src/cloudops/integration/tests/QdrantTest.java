package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.model.Environment;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.VectorStores;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsImplBase;

/** gRPC and the Qdrant client inside the OSGi runtime: they find their transports and resolvers as services of other bundles. */
class QdrantTest {

    @TempDir
    Path folder;

    private Environment environment() {
        return new Environment(folder.resolve("home"), folder.resolve("config"), folder.resolve("credentials"), Optional.empty(), false, false);
    }

    @Test
    void asksAServer() throws Exception {
        var server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).addService(new OneCollection()).build().start();
        try (var services = new Services(environment(), "unused".toCharArray());
                var store = services.get(VectorStores.class).open("qdrant://localhost:" + server.getPort())) {
            assertThat(store.collections()).containsOnlyKeys("aws_estate").containsEntry("aws_estate", 384);
        } finally {
            server.shutdownNow().awaitTermination();
        }
    }

    @Test
    void theSettingsChooseTheHomesStore() throws Exception {
        Files.createDirectories(folder.resolve("home"));
        Files.writeString(folder.resolve("home/settings.json"), "{\"store\": {\"url\": \"qdrant://127.0.0.1:1\"}}");
        try (var services = new Services(environment(), "unused".toCharArray())) {
            var store = services.get(VectorStore.class);

            var thrown = catchThrowableOfType(VectorStoreException.class, () -> store.count("aws_estate", Filter.ALL));

            assertThat(thrown.problem()).isEqualTo(Problem.UNREACHABLE);
            assertThat(folder.resolve("home/store")).as("never files instead").doesNotExist();
        }
    }

    private static final class OneCollection extends CollectionsImplBase {

        @Override
        public void listAliases(ListAliasesRequest request, StreamObserver<ListAliasesResponse> answer) {
            answer.onNext(ListAliasesResponse.newBuilder()
                    .addAliases(AliasDescription.newBuilder().setAliasName("aws_estate").setCollectionName("aws_estate.0")).build());
            answer.onCompleted();
        }

        @Override
        public void get(GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> answer) {
            var vectors = VectorParamsMap.newBuilder()
                    .putMap("cloudops", VectorParams.newBuilder().setSize(384).setDistance(Distance.Cosine).build());
            answer.onNext(GetCollectionInfoResponse.newBuilder().setResult(CollectionInfo.newBuilder().setConfig(CollectionConfig.newBuilder()
                    .setParams(CollectionParams.newBuilder().setVectorsConfig(VectorsConfig.newBuilder().setParamsMap(vectors))))).build());
            answer.onCompleted();
        }
    }
}
