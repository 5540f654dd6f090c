package cloudops.storage.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import cloudops.storage.ChatStorage.Role;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.vectorstore.StoreMigration;
import cloudops.vectorstore.StoreMigration.Leftovers;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.lucene.internal.LuceneStores;

/** What is being done to a home when something goes wrong. Each says what it begins and what is done, in the words that {@link Ledger} knows. */
enum Work {

    /** The first start: keys, collections, first records. */
    CREATE(4) {
        @Override
        void run(Path home, Random random, int round, Consumer<String> say) throws StorageException, VectorStoreException {
            try (var opened = OpenHome.of(home)) {
                write(opened, 0, round, say);
                append(opened, "first-" + round, say);
                write(opened, 1, round, say);
            }
        }
    },

    UPSERT(9) {
        @Override
        void run(Path home, Random random, int round, Consumer<String> say) throws StorageException, VectorStoreException {
            try (var opened = OpenHome.of(home)) {
                for (int i = 0; i < 6; i++) {
                    write(opened, random.nextInt(Ledger.GROUPS), round + i, say);
                    opened.estate().search("db-3", ResourceFilter.ALL, 3);
                }
                delete(opened, random.nextInt(Ledger.GROUPS), say);
            }
        }
    },

    CHAT(3) {
        @Override
        void run(Path home, Random random, int round, Consumer<String> say) throws StorageException, VectorStoreException {
            try (var opened = OpenHome.of(home)) {
                for (int i = 0; i < 4; i++) {
                    append(opened, "message-" + round + "-" + i, say);
                }
                write(opened, random.nextInt(Ledger.GROUPS), round, say);
            }
        }
    },

    ROTATE(5) {
        @Override
        void run(Path home, Random random, int round, Consumer<String> say) throws StorageException, VectorStoreException {
            try (var opened = OpenHome.of(home)) {
                rotate(opened, say);
                write(opened, random.nextInt(Ledger.GROUPS), round, say);
            }
        }
    },

    ROTATE_WHILE_WRITING(4) {
        @Override
        void run(Path home, Random random, int round, Consumer<String> say) throws StorageException, VectorStoreException {
            try (var opened = OpenHome.of(home)) {
                var done = new AtomicBoolean();
                var writer = Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; !done.get(); i++) {
                            write(opened, random.nextInt(Ledger.GROUPS), round + i, say);
                        }
                    } catch (StorageException e) {
                        throw new AssertionError(e);
                    }
                });
                rotate(opened, say);
                rotate(opened, say);
                done.set(true);
                join(writer);
            }
        }
    },

    /** Into the folder {@code copy} of the home. */
    MIGRATE(4) {
        @Override
        void run(Path home, Random random, int round, Consumer<String> say) throws VectorStoreException {
            var stores = new LuceneStores();
            try (var from = stores.open("lucene:", home); var to = stores.open("lucene:", home.resolve("copy"))) {
                new StoreMigration(from, to, Leftovers.REFUSE, (collection, done, total) -> { }).run();
            }
        }
    };

    /** How many trials of 29 are of this kind. */
    final int share;

    Work(int share) {
        this.share = share;
    }

    /** @param round from which it counts on */
    abstract void run(Path home, Random random, int round, Consumer<String> say) throws StorageException, VectorStoreException;

    static void write(OpenHome home, int group, int round, Consumer<String> say) throws StorageException {
        say.accept("write " + group + " " + round);
        home.estate().upsert(Ledger.group(group, round));
        say.accept("written " + group + " " + round);
    }

    private static void delete(OpenHome home, int group, Consumer<String> say) throws StorageException {
        say.accept("write " + group + " " + Ledger.DELETED);
        home.estate().delete(Ledger.group(group, 0).stream().map(one -> one.resource().key()).toList());
        say.accept("written " + group + " " + Ledger.DELETED);
    }

    static void append(OpenHome home, String content, Consumer<String> say) throws StorageException {
        say.accept("append " + content);
        home.chats().append(Ledger.CONVERSATION, Role.USER, content, List.of());
        say.accept("appended " + content);
    }

    static void rotate(OpenHome home, Consumer<String> say) throws StorageException {
        var rotation = home.keys().rotate((done, total) -> { });
        if (rotation.damaged() > 0) {
            throw new AssertionError(rotation.toString());
        }
        say.accept("rotated");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
