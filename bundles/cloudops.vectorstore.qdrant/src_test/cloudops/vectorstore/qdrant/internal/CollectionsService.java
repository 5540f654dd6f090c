package cloudops.vectorstore.qdrant.internal;

import java.util.Map;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsImplBase;

/** The double's collections. */
final class CollectionsService extends CollectionsImplBase {

    private static final int MOST_DIMENSIONS = 65_536;

    private final Map<String, StoredCollection> collections;

    CollectionsService(Map<String, StoredCollection> collections) {
        this.collections = collections;
    }

    @Override
    public void create(CreateCollection request, StreamObserver<CollectionOperationResponse> answer) {
        answer(answer, () -> {
            var name = request.getCollectionName();
            if (name.isEmpty() || name.length() > 255 || !name.matches("[^<>:\"/\\\\|?*\\x00\\x1F]+")) {
                throw invalid("Validation error in body: [collection_name: invalid]");
            }
            var config = request.getVectorsConfig();
            for (var vector : config.hasParams() ? java.util.List.of(config.getParams()) : config.getParamsMap().getMapMap().values()) {
                check(vector);
            }
            if (collections.putIfAbsent(name, new StoredCollection(config)) != null) {
                throw Status.ALREADY_EXISTS.withDescription("Wrong input: Collection `" + name + "` already exists!").asRuntimeException();
            }
            return CollectionOperationResponse.newBuilder().setResult(true).build();
        });
    }

    private static void check(VectorParams vector) {
        if (vector.getSize() < 1 || vector.getSize() > MOST_DIMENSIONS) {
            throw invalid("Validation error in body: [vectors.size: value " + vector.getSize() + " invalid, must be from 1.0 to 65536.0]");
        }
        if (vector.getDistanceValue() < 1) {
            throw invalid("Bad value of distance field!");
        }
    }

    @Override
    public void get(GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> answer) {
        answer(answer, () -> {
            var collection = StoredCollection.find(collections, request.getCollectionName());
            var info = CollectionInfo.newBuilder().setStatus(CollectionStatus.Green).setPointsCount(collection.size())
                    .setConfig(CollectionConfig.newBuilder().setParams(CollectionParams.newBuilder().setVectorsConfig(collection.vectors)));
            for (var field : collection.indexed) {
                info.putPayloadSchema(field, PayloadSchemaInfo.newBuilder().setDataType(PayloadSchemaType.Keyword).build());
            }
            return GetCollectionInfoResponse.newBuilder().setResult(info).build();
        });
    }

    @Override
    public void list(ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> answer) {
        answer(answer, () -> ListCollectionsResponse.newBuilder().addAllCollections(collections.keySet().stream()
                .map(name -> CollectionDescription.newBuilder().setName(name).build()).toList()).build());
    }

    @Override
    public void delete(DeleteCollection request, StreamObserver<CollectionOperationResponse> answer) {
        answer(answer, () -> CollectionOperationResponse.newBuilder().setResult(collections.remove(request.getCollectionName()) != null).build());
    }

    interface Work<A> {
        A done();
    }

    static <A> void answer(StreamObserver<A> observer, Work<A> work) {
        A answer;
        try {
            answer = work.done();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }

    static StatusRuntimeException invalid(String why) {
        return Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException();
    }
}
