package cloudops.storage.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.json.Json;
import cloudops.storage.ChatStorage.Message;
import cloudops.storage.EstateStorage.DamagedRecord;
import cloudops.storage.StorageException;
import cloudops.storage.StoreVerification;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

/** Opens the points of the estate and of the conversations one after the other; holds nothing of them. */
@Component
public final class EveryRecord implements StoreVerification {

    private final VectorStore store;
    private final HomeKey homeKey;

    @Activate
    public EveryRecord(@Reference VectorStore store, @Reference HomeKey homeKey) {
        this.store = store;
        this.homeKey = homeKey;
    }

    private interface Opening {
        void open(Point point) throws DamagedException;
    }

    @Override
    public List<Verified> verify() throws StorageException {
        var verified = new ArrayList<Verified>();
        if (Records.any(store)) {
            homeKey.keys(() -> true);
            var records = new RecordCipher(homeKey.source(), Records.COLLECTION);
            verify(Records.COLLECTION, records::open).ifPresent(verified::add);
            var messages = new PointCipher(homeKey.source(), EncryptedChats.COLLECTION);
            verify(EncryptedChats.COLLECTION, point -> message(messages.open(point))).ifPresent(verified::add);
        }
        return verified;
    }

    private static void message(byte[] json) throws DamagedException {
        try {
            Json.mapper().readValue(json, Message.class);
        } catch (IOException e) {
            throw new DamagedException("written by an incompatible version", e);
        }
    }

    /** @return empty when there is no such collection */
    private Optional<Verified> verify(String collection, Opening opening) throws StorageException {
        var whole = new AtomicLong();
        var damaged = new ArrayList<DamagedRecord>();
        String failure = null;
        try {
            store.scroll(collection, Filter.ALL, point -> {
                if (point.id().equals(Records.GENERATION)) {
                    return;
                }
                try {
                    opening.open(point);
                    whole.incrementAndGet();
                } catch (DamagedException e) {
                    damaged.add(new DamagedRecord(point.id().toString(), e.getMessage()));
                }
            });
        } catch (VectorStoreException e) {
            if (e.problem() == Problem.NO_COLLECTION) {
                return Optional.empty();
            }
            if (e.problem() != Problem.CORRUPT) {
                throw Records.problem(e);
            }
            failure = e.getMessage();
        }
        return Optional.of(new Verified(collection, whole.get(), List.copyOf(damaged), failure));
    }
}
