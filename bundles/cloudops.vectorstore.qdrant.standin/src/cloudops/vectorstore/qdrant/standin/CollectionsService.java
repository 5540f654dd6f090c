package cloudops.vectorstore.qdrant.standin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
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
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsImplBase;

/** The double's collections. */
final class CollectionsService extends CollectionsImplBase {

    private static final int MOST_DIMENSIONS = 65_536;

    private final Map<String, StoredCollection> collections;
    private final Map<String, String> aliases;

    CollectionsService(Map<String, StoredCollection> collections, Map<String, String> aliases) {
        this.collections = collections;
        this.aliases = aliases;
    }

    @Override
    public void create(CreateCollection request, StreamObserver<CollectionOperationResponse> answer) {
        answer(answer, () -> {
            var name = request.getCollectionName();
            if (name.isEmpty() || name.length() > 255 || !name.matches("[^<>:\"/\\\\|?*\\x00\\x1F]+")) {
                throw invalid("Validation error in body: [collection_name: invalid]");
            }
            var config = request.getVectorsConfig();
            for (var vector : config.hasParams() ? List.of(config.getParams()) : config.getParamsMap().getMapMap().values()) {
                check(vector);
            }
            if (aliases.containsKey(name)) {
                throw invalid("Wrong input: Alias `" + name + "` already exists!");
            }
            if (collections.putIfAbsent(name, new StoredCollection(config, request.getStrictModeConfig())) != null) {
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
            var collection = StoredCollection.find(collections, aliases, request.getCollectionName());
            var info = CollectionInfo.newBuilder().setStatus(CollectionStatus.Green).setPointsCount(collection.size())
                    .setConfig(CollectionConfig.newBuilder().setParams(CollectionParams.newBuilder().setVectorsConfig(collection.vectors)));
            collection.indexed.forEach((field, type) -> info.putPayloadSchema(field, PayloadSchemaInfo.newBuilder().setDataType(type).build()));
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
        answer(answer, () -> {
            aliases.values().removeIf(target -> target.equals(request.getCollectionName()));
            return CollectionOperationResponse.newBuilder().setResult(collections.remove(request.getCollectionName()) != null).build();
        });
    }

    @Override
    public void listAliases(ListAliasesRequest request, StreamObserver<ListAliasesResponse> answer) {
        answer(answer, () -> ListAliasesResponse.newBuilder().addAllAliases(aliases.entrySet().stream().map(alias -> AliasDescription.newBuilder()
                .setAliasName(alias.getKey()).setCollectionName(alias.getValue()).build()).toList()).build());
    }

    /** All actions or none. */
    @Override
    public void updateAliases(ChangeAliases request, StreamObserver<CollectionOperationResponse> answer) {
        answer(answer, () -> {
            synchronized (aliases) {
                var changed = new HashMap<>(aliases);
                request.getActionsList().forEach(action -> change(changed, action));
                aliases.putAll(changed);
                aliases.keySet().retainAll(changed.keySet());
            }
            return CollectionOperationResponse.newBuilder().setResult(true).build();
        });
    }

    private void change(Map<String, String> changed, AliasOperations action) {
        switch (action.getActionCase()) {
            case CREATE_ALIAS -> {
                var made = action.getCreateAlias();
                if (!collections.containsKey(made.getCollectionName())) {
                    throw Status.NOT_FOUND.withDescription("Not found: Collection `" + made.getCollectionName() + "` doesn't exist!")
                            .asRuntimeException();
                }
                if (collections.containsKey(made.getAliasName())) {
                    throw invalid("Wrong input: Collection `" + made.getAliasName() + "` already exists!");
                }
                changed.put(made.getAliasName(), made.getCollectionName());
            }
            case DELETE_ALIAS -> changed.remove(action.getDeleteAlias().getAliasName());
            default -> throw Status.UNIMPLEMENTED.withDescription("the double does not know " + action.getActionCase()).asRuntimeException();
        }
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
