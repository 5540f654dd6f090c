package cloudops.storage.internal;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;

import com.sun.management.HotSpotDiagnosticMXBean;

import cloudops.storage.ChatStorage.Role;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.vectorstore.Point;

/**
 * A program that is told secrets and does with them all that can be done: {@code folder seed}. The home is {@code home} there. It dumps its heap to
 * {@code open.hprof} while the home is open, and to {@code closed.hprof} after it was closed.
 */
final class Confidant {

    private static final int RESOURCES = 600;

    private Confidant() {
    }

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        long seed = Long.parseLong(args[1]);
        var handler = new FileHandler(Files.createDirectories(folder.resolve("logs")).resolve("all.log").toString());
        handler.setFormatter(new SimpleFormatter());
        handler.setLevel(Level.ALL);
        var root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.ALL);
        work(folder, seed);
        dump(folder.resolve("closed.hprof"));
        System.exit(0);
    }

    private static void work(Path folder, long seed) throws Exception {
        var home = folder.resolve("home");
        try (var opened = OpenHome.of(home, Canary.PASSPHRASE.word(seed))) {
            tell(opened, seed);
            Files.copy(home.resolve("keys/keyring.json"), folder.resolve("keyring-of-before.json"));
            opened.keys().rotate((done, total) -> { });
            ask(opened, seed);
            damage(opened, seed);
            ask(opened, seed);
            dump(folder.resolve("open.hprof"));
        }
    }

    private static void tell(OpenHome home, long seed) throws Exception {
        var resources = IntStream.range(0, RESOURCES).mapToObj(number -> new Embedded(Canary.resource(seed, number), OpenHome.vector(number))).toList();
        home.estate().upsert(resources);
        home.chats().append(Ledger.CONVERSATION, Role.USER, Canary.CHAT_TITLE.word(seed) + " and so on", List.of());
        home.chats().append(Ledger.CONVERSATION, Role.ASSISTANT, "answer " + Canary.CHAT_CONTENT.word(seed), List.of());
        home.estate().delete(List.of(resources.getLast().resource().key()));
        home.estate().upsert(resources.subList(0, RESOURCES - 1));
    }

    private static void ask(OpenHome home, long seed) throws Exception {
        var estate = home.estate();
        var found = new ArrayList<String>();
        estate.list(ResourceFilter.ALL, resource -> found.add(resource.name()));
        estate.changed(List.of(Canary.resource(seed, 3)));
        estate.get(Canary.resource(seed, 5).key());
        var tagged = new ResourceFilter(List.of(Canary.ACCOUNT_NAME.word(seed)), List.of(), List.of(), List.of(), List.of(),
                java.util.Map.of(Canary.TAG_KEY.word(seed), Canary.TAG_VALUE.word(seed)));
        // often enough for whatever counts how often something is asked for, and keeps it then
        for (int again = 0; again < 6; again++) {
            for (var word : List.of(Canary.NAME.word(seed), Canary.IDENTIFIER.word(seed), Canary.TAG_VALUE.word(seed), Canary.CHAT_TITLE.word(seed))) {
                var typo = new StringBuilder(word).deleteCharAt(7).toString();
                for (var query : List.of(word, "the " + typo + " of " + word, word.substring(0, 6), word + "-7")) {
                    found.add(String.valueOf(estate.search(query, again % 2 == 0 ? ResourceFilter.ALL : tagged, 10).size()));
                    found.add(String.valueOf(estate.complete(query, ResourceFilter.ALL, 10).size()));
                }
            }
        }
        if (estate.search(Canary.NAME.word(seed), tagged, 10).isEmpty()) {
            throw new AssertionError("nothing found");
        }
        home.chats().history(Ledger.CONVERSATION, 10);
        found.add(home.chats().list(10).getFirst().title());
        home.chats().search(Canary.CHAT_CONTENT.word(seed), 5);
    }

    private static void damage(OpenHome home, long seed) throws Exception {
        var cipher = new RecordCipher(home.key().keys(() -> true), Records.COLLECTION);
        var point = home.store().get(Records.COLLECTION, cipher.id(Canary.resource(seed, 9).key())).orElseThrow();
        var blob = point.blob().clone();
        blob[50] ^= 1;
        home.store().upsert(Records.COLLECTION, List.of(new Point(point.id(), point.vector(), point.payload(), blob)));
    }

    /** Only what can be reached: the rest is not told from free memory, and goes as memory is used. */
    private static void dump(Path file) throws Exception {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
    }
}
