package cloudops.vectorstore.lucene.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.contract.BusyStoreContract;
import cloudops.vectorstore.spi.OpenStore;

class LuceneBusyStoreTest extends BusyStoreContract {

    @TempDir
    Path home;

    private final List<OpenStore> opened = new ArrayList<>();

    @Override
    protected OpenStore emptyStore() {
        return sameStore();
    }

    @Override
    protected OpenStore sameStore() {
        opened.add(new LuceneStores().open("lucene:", home));
        return opened.getLast();
    }

    @AfterEach
    void closeAll() throws VectorStoreException {
        for (var store : opened) {
            store.close();
        }
    }
}
