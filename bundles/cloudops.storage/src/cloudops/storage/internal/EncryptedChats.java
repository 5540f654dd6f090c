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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

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

    private static final int LONGEST_TITLE = 80;

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
        if (Words.of(text).isEmpty()) {
            return null;
        }
        try {
            return embedder.embed(List.of(text)).getFirst();
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
        var messages = new ArrayList<Message>();
        scroll(of(conversation), messages::add);
        messages.sort(OLDEST_FIRST);
        return List.copyOf(messages.subList(Math.max(0, messages.size() - Math.max(0, limit)), messages.size()));
    }

    @Override
    public List<Conversation> list(int limit) throws StorageException {
        var conversations = new HashMap<UUID, Conversation>();
        var first = new HashMap<UUID, Message>();
        scroll(Filter.ALL, message -> {
            first.merge(message.conversation(), message, (one, other) -> OLDEST_FIRST.compare(one, other) <= 0 ? one : other);
            conversations.merge(message.conversation(), new Conversation(message.conversation(), "", message.at(), message.at(), 1),
                    (one, other) -> new Conversation(one.id(), "", one.started().isBefore(other.started()) ? one.started() : other.started(),
                            one.lastMessage().isAfter(other.lastMessage()) ? one.lastMessage() : other.lastMessage(), one.messages() + 1));
        });
        return conversations.values().stream().sorted(comparing(Conversation::lastMessage).reversed().thenComparing(Conversation::id))
                .limit(Math.max(0, limit))
                .map(c -> new Conversation(c.id(), title(first.get(c.id()).content()), c.started(), c.lastMessage(), c.messages()))
                .toList();
    }

    private static String title(String content) {
        var line = content.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= LONGEST_TITLE ? line : line.substring(0, line.offsetByCodePoints(0, LONGEST_TITLE)) + "…";
    }

    @Override
    public List<Found> search(String query, int limit) throws StorageException {
        var wanted = List.copyOf(Set.copyOf(Words.of(query)));
        if (wanted.isEmpty() || limit < 1) {
            return List.of();
        }
        var ranking = new ChatRanking();
        scroll(Filter.ALL, message -> ranking.word(message, wanted));
        var vector = embed(query);
        if (vector != null) {
            for (var hit : ask(() -> store.nearest(COLLECTION, vector, Filter.ALL, ChatRanking.DEPTH))) {
                if (hit.similarity() >= SOMEHOW_NEAR) {
                    read(hit.point(), ranking::near);
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

    private void scroll(Filter filter, Consumer<Message> each) throws StorageException {
        cipher();
        ask(() -> {
            store.scroll(COLLECTION, filter, point -> read(point, each));
            return null;
        });
    }

    private void read(Point point, Consumer<Message> each) {
        try {
            each.accept(Json.mapper().readValue(cipher.open(point), Message.class));
            damaged.remove(point.id());
        } catch (DamagedException | IOException e) {
            if (damaged.add(point.id())) {
                LOG.warn("damaged message left out collection={} id={} reason={}", COLLECTION, point.id(), e.getMessage());
            }
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
