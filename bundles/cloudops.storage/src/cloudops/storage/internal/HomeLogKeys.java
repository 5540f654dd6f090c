package cloudops.storage.internal;

import java.io.IOException;

import javax.crypto.SecretKey;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.execution.spi.LogKeys;
import cloudops.storage.StorageException;
import cloudops.storage.internal.HomeKey.RecordCheck;
import cloudops.vectorstore.VectorStore;

/** The keys for output and history of executions, from the same data key as the estate's. */
@Component(service = LogKeys.class)
public final class HomeLogKeys implements LogKeys {

    private final HomeKey homeKey;

    private final RecordCheck store;

    /** @param stores opened only for a home without a key file: commands that have no use for the estate start without it */
    @Activate
    public HomeLogKeys(@Reference HomeKey homeKey, @Reference ComponentServiceObjects<VectorStore> stores) {
        this(homeKey, () -> {
            var store = stores.getService();
            try {
                return Records.any(store);
            } finally {
                stores.ungetService(store);
            }
        });
    }

    HomeLogKeys(HomeKey homeKey, RecordCheck store) {
        this.homeKey = homeKey;
        this.store = store;
    }

    @Override
    public SecretKey logs() throws IOException {
        return keys().executionLogs();
    }

    @Override
    public SecretKey history() throws IOException {
        return keys().executionHistory();
    }

    private EstateKeys keys() throws IOException {
        try {
            return homeKey.keys(store);
        } catch (StorageException e) {
            throw new IOException(e.remedy() == null ? e.getMessage() : e.getMessage() + "; try: " + e.remedy(), e);
        }
    }
}
