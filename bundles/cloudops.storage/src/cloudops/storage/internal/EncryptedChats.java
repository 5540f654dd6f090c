package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.json.Json;
import cloudops.storage.ChatStorage;
import cloudops.storage.StorageException;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

/**
 * Conversations in a {@link VectorStore}: a point a message. Plain are the vector and a token that the messages of a conversation share; who
 * said what when, and which conversation it is, only the key's owner can tell.
 */
@Component
public final class EncryptedChats implements ChatStorage {

    static final String COLLECTION = "chat_history";

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedChats.class);

    private static final String CONVERSATION = "conversation";

    /** Of a text, the model reads no more than 256 pieces of words anyway. */
    private static final int LONGEST_MEANT = 4_000;

    /** So many messages are decrypted at a time. */
    private static final int BATCH = 256;

    /** Cosine similarity below which two texts have nothing to do with each other. */
    private static final float SOMEHOW_NEAR = 0.2f;

    private static final Comparator<Message> OLDEST_FIRST = comparing(Message::at).thenComparing(Message::id);

    private final VectorStore store;

    private final Embedder embedder;

    private final HomeKey homeKey;

    private final ReentrantLock opening = new ReentrantLock();

    private final Set<UUID> damaged = ConcurrentHashMap.newKeySet();

    private volatile PointCipher cipher;

    private Instant last = Instant.MIN;

    @Activate
    public EncryptedChats(@Reference VectorStore store, @Reference Embedder embedder, @Reference HomeKey homeKey) {
        this.store = store;
        this.embedder = embedder;
        this.homeKey = homeKey;
    }

    /** Opened on first use: that may ask for a passphrase, which the activation of a component must not. */
    private PointCipher cipher() throws StorageException {
        if (cipher == null) {
            opening.lock();
            try {
                if (cipher == null) {
                    ask(() -> {
                        store.ensureCollection(COLLECTION, Embedder.DIMENSIONS);
                        return null;
                    });
                    homeKey.keys(() -> Records.any(store));
                    cipher = new PointCipher(homeKey.source(), COLLECTION);
                }
            } finally {
                opening.unlock();
            }
        }
        return cipher;
    }

    @Override
    public Message append(UUID conversation, Role role, String content, List<UUID> executions) throws StorageException {
        if (content.length() > LONGEST_CONTENT) {
            throw new IllegalArgumentException("a message of " + content.length() + " characters; at most " + LONGEST_CONTENT + " are kept");
        }
        var keys = cipher();
        var message = new Message(UUID.randomUUID(), conversation, now(), role, content, executions);
        var vector = embed(content);
        try (var present = homeKey.writing()) {
            Records.checkKeys(store, keys.keys());
            var point = keys.seal(message.id(), Map.of(CONVERSATION, List.of(token(conversation))), vector, bytes(message));
            ask(() -> {
                store.upsert(COLLECTION, List.of(point));
                return null;
            });
        }
        return message;
    }

    /** Later than all before: what one process appends stays in order, however fast it does. */
    private synchronized Instant now() {
        var now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
        return last;
    }

    /** Null for a text that has no meaning to compare, or when the model cannot be run: it is found by words then. */
    private float[] embed(String text) {
        var meant = ChatSummary.beginning(text, LONGEST_MEANT);
        if (Words.of(meant).isEmpty()) {
            return null;
        }
        try {
            return embedder.embed(List.of(meant)).getFirst();
        } catch (EmbeddingException e) {
            LOG.warn("a message is kept without its meaning: {}", e.getMessage());
            return null;
        }
    }

    private String token(UUID conversation) throws StorageException {
        return PointCipher.text(EstateKeys.mac(cipher().keys().tags(), COLLECTION, conversation.toString()));
    }

    private static byte[] bytes(Message message) {
        return CanonicalJson.bytes(Json.mapper().valueToTree(message));
    }

    @Override
    public List<Message> history(UUID conversation, int limit) throws StorageException {
        if (limit < 1) {
            return List.of();
        }
        var newest = new PriorityQueue<>(OLDEST_FIRST);
        scroll(of(conversation), message -> message, message -> {
            newest.add(message);
            if (newest.size() > limit) {
                newest.poll();
            }
        });
        return newest.stream().sorted(OLDEST_FIRST).toList();
    }

    @Override
    public List<Conversation> list(int limit) throws StorageException {
        var begun = new HashMap<UUID, ChatSummary>();
        scroll(Filter.ALL, ChatSummary::of, summary -> begun.merge(summary.conversation(), summary, ChatSummary::and));
        return begun.values().stream().map(ChatSummary::toConversation)
                .sorted(comparing(Conversation::lastMessage).reversed().thenComparing(Conversation::id)).limit(Math.max(0, limit)).toList();
    }

    @Override
    public List<Found> search(String query, int limit) throws StorageException {
        var wanted = List.copyOf(Set.copyOf(Words.of(query)));
        if (wanted.isEmpty() || limit < 1) {
            return List.of();
        }
        var ranking = new ChatRanking();
        scroll(Filter.ALL, message -> ChatRanking.worded(message, wanted), ranking::word);
        var vector = embed(query);
        if (vector != null) {
            for (var hit : ask(() -> store.nearest(COLLECTION, vector, Filter.ALL, ChatRanking.DEPTH))) {
                if (hit.similarity() >= SOMEHOW_NEAR) {
                    read(hit.point()).ifPresent(ranking::near);
                }
            }
        }
        return ranking.best(limit);
    }

    @Override
    public int delete(UUID conversation) throws StorageException {
        cipher();
        try (var present = homeKey.writing()) {
            var ids = new ArrayList<UUID>();
            var filter = of(conversation);
            ask(() -> {
                // by the plain token: what is damaged goes too
                store.scroll(COLLECTION, filter, point -> ids.add(point.id()));
                store.delete(COLLECTION, ids);
                return null;
            });
            damaged.removeAll((Collection<UUID>) ids);
            return ids.size();
        }
    }

    @Override
    public int damaged() {
        return damaged.size();
    }

    private Filter of(UUID conversation) throws StorageException {
        return new Filter(Map.of(CONVERSATION, List.of(token(conversation))));
    }

    /**
     * Every message that matches: decrypted and looked at by all processors, a batch at a time, then handed on in this thread.
     *
     * @param look what is wanted of a message; null for nothing
     */
    private <T> void scroll(Filter filter, Function<Message, T> look, Consumer<T> each) throws StorageException {
        cipher();
        var batch = new ArrayList<Point>(BATCH);
        Runnable readBatch = () -> {
            batch.parallelStream().map(point -> read(point).map(look)).toList().forEach(seen -> seen.ifPresent(each));
            batch.clear();
        };
        ask(() -> {
            store.scroll(COLLECTION, filter, point -> {
                batch.add(point);
                if (batch.size() == BATCH) {
                    readBatch.run();
                }
            });
            readBatch.run();
            return null;
        });
    }

    /** Empty when it is damaged, which is counted. */
    private Optional<Message> read(Point point) {
        try {
            var message = Json.mapper().readValue(cipher.open(point), Message.class);
            damaged.remove(point.id());
            return Optional.of(message);
        } catch (DamagedException | IOException e) {
            if (damaged.add(point.id())) {
                LOG.warn("damaged message left out collection={} id={} reason={}", COLLECTION, point.id(), e.getMessage());
            }
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws VectorStoreException;
    }

    private static <T> T ask(Question<T> question) throws StorageException {
        try {
            return question.ask();
        } catch (VectorStoreException e) {
            throw Records.problem(e);
        }
    }
}
