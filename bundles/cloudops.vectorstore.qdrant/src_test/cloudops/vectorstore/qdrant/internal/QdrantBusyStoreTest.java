package cloudops.vectorstore.qdrant.internal;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.contract.BusyStoreContract;
import cloudops.vectorstore.spi.OpenStore;

/** The contract under load, on {@link ServerUnderTest}. */
class QdrantBusyStoreTest extends BusyStoreContract {

    private final List<OpenStore> opened = new ArrayList<>();
    private ServerUnderTest server;

    @Override
    protected OpenStore emptyStore() throws Exception {
        server = ServerUnderTest.without(List.of(POINTS));
        return sameStore();
    }

    @Override
    protected OpenStore sameStore() throws VectorStoreException {
        opened.add(new QdrantStores().open(server.address(), null));
        return opened.getLast();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var store : opened) {
            store.close();
        }
        server.close();
    }
}
