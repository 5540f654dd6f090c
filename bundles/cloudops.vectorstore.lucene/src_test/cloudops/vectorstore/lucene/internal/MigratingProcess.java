package cloudops.vectorstore.lucene.internal;

import java.nio.file.Path;

import cloudops.vectorstore.StoreMigration;
import cloudops.vectorstore.StoreMigration.Leftovers;

/** A program that copies one store in files to another: {@code from to}. Says how far it is. */
final class MigratingProcess {

    private MigratingProcess() {
    }

    public static void main(String[] args) throws Exception {
        var stores = new LuceneStores();
        try (var from = stores.open("lucene:" + args[0], Path.of(args[0])); var to = stores.open("lucene:" + args[1], Path.of(args[1]))) {
            new StoreMigration(from, to, Leftovers.REFUSE, (collection, done, total) -> System.out.println(done)).run();
        }
    }
}
