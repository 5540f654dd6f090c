package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.embedding.EmbeddingException;
import cloudops.json.Json;
import cloudops.storage.ChatStorage.Conversation;
import cloudops.storage.ChatStorage.Message;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.Point;

class EncryptedChatsTest {

    private static final List<String> HOSTILE = List.of("\"quoted\" 'text' $(touch /tmp/owned) `id`; rm -rf /", "two\nlines\r\n\u0000 and \u001b[31m",
            "\u202etxt.exe \u05e9\u05dc\u05d5\u05dd", "\ud83d\udc18\ud83e\uddbe", "", "   ", "{\"role\":\"assistant\"}", "x".repeat(200_000), "\ud800 alone");

    @TempDir
    Path home;

    private final InMemoryVectorStore store = new InMemoryVectorStore();

    private final UUID one = UUID.randomUUID();

    private final UUID two = UUID.randomUUID();

    private EncryptedChats chats;

    @BeforeEach
    void open() {
        chats = anotherProcess();
    }

    private EncryptedChats anotherProcess() {
        return new EncryptedChats(store, new WordVectors(), Estate.homeKey(home, "passphrase"));
    }

    private void talk() throws StorageException {
        chats.append(one, Role.USER, "Stop the database pg-main1 in Oregon", List.of());
        chats.append(two, Role.USER, "Which buckets are public?", List.of());
        chats.append(one, Role.ASSISTANT, "Stops the RDS instance pg-main1.", List.of(new UUID(1, 2), new UUID(3, 4)));
    }

    @Test
    void givesBackWhatWasSaidInOrder() throws Exception {
        talk();
        var history = anotherProcess().history(one, 10);
        assertThat(history).extracting(Message::role).containsExactly(Role.USER, Role.ASSISTANT);
        assertThat(history.getLast().executions()).containsExactly(new UUID(1, 2), new UUID(3, 4));
        assertThat(history).isSortedAccordingTo(Comparator.comparing(Message::at));
        assertThat(chats.history(one, 1)).containsExactly(history.getLast());
        assertThat(chats.history(one, 0)).isEmpty();
        assertThat(chats.history(UUID.randomUUID(), 10)).isEmpty();
    }

    @Test
    void listsConversationsTheLastSpokenInFirst() throws Exception {
        talk();
        assertThat(chats.list(10)).extracting(Conversation::id).containsExactly(one, two);
        var first = chats.list(1).getFirst();
        assertThat(first.title()).isEqualTo("Stop the database pg-main1 in Oregon");
        assertThat(first.messages()).isEqualTo(2);
        assertThat(first.started()).isBefore(first.lastMessage());
    }

    @Test
    void findsByWordsAndByMeaning() throws Exception {
        talk();
        assertThat(chats.search("buckets", 10)).first().satisfies(found -> {
            assertThat(found.message().conversation()).isEqualTo(two);
            assertThat(found.matchedBy()).isEqualTo("words+meaning");
            assertThat(found.score()).isEqualTo(1);
        });
        assertThat(chats.search("pg main1", 10)).extracting(found -> found.message().conversation()).startsWith(one, one);
        assertThat(chats.search("buck", 10)).extracting(found -> found.matchedBy()).contains("words");
        assertThat(chats.search("pg main1", 1)).hasSize(1);
        assertThat(chats.search("  \"'-- ", 10)).isEmpty();
        assertThat(chats.search("nothingofthekind", 10)).isEmpty();
    }

    @Test
    void withoutAModelWordsAreSearched() throws Exception {
        var without = new EncryptedChats(store, texts -> {
            throw new EmbeddingException("no native libraries here", null);
        }, Estate.homeKey(home, "passphrase"));
        without.append(one, Role.USER, "a needle in a haystack", List.of());
        assertThat(without.search("needle", 5)).singleElement().satisfies(found -> assertThat(found.matchedBy()).isEqualTo("words"));
    }

    @Test
    void deletesAConversationAndNoOther() throws Exception {
        talk();
        assertThat(chats.delete(one)).isEqualTo(2);
        assertThat(chats.delete(one)).isZero();
        assertThat(chats.history(one, 10)).isEmpty();
        assertThat(chats.search("pg-main1", 10)).extracting(found -> found.message().conversation()).doesNotContain(one);
        assertThat(chats.list(10)).extracting(Conversation::id).containsExactly(two);
    }

    @Test
    void keepsWhateverIsSaid() throws Exception {
        for (var text : HOSTILE) {
            chats.append(one, Role.USER, text, List.of());
        }
        assertThat(anotherProcess().history(one, 100)).extracting(Message::content)
                .containsExactlyElementsOf(HOSTILE);
        assertThat(chats.list(5).getFirst().messages()).isEqualTo(HOSTILE.size());
        for (var text : HOSTILE.subList(0, 7)) {
            chats.search(text, 5);
        }
        assertThatThrownBy(() -> chats.append(one, Role.USER, "x".repeat(1_000_001), List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(chats.damaged()).isZero();
    }

    @Test
    void thePointsShowNothingSecret() throws Exception {
        talk();
        for (var point : store.points(EncryptedChats.COLLECTION).values()) {
            var plain = point.id() + point.payload().toString() + new String(point.blob(), StandardCharsets.ISO_8859_1);
            assertThat(plain).doesNotContain("main1", "database", "buckets", "USER", "user", one.toString(), two.toString());
            assertThat(point.payload()).containsOnlyKeys("conversation");
            assertThat(point.vector()).hasSize(384);
        }
    }

    @Test
    void aMessageThatWasChangedOrMovedIsLeftOut() throws Exception {
        talk();
        var points = store.points(EncryptedChats.COLLECTION);
        var mine = points.values().stream().toList();
        var blob = mine.get(0).blob().clone();
        blob[30] ^= 1;
        points.put(mine.get(0).id(), new Point(mine.get(0).id(), mine.get(0).vector(), mine.get(0).payload(), blob));
        points.put(mine.get(1).id(), new Point(mine.get(1).id(), mine.get(2).vector(), mine.get(2).payload(), mine.get(2).blob()));
        var left = chats.list(10);
        assertThat(left).hasSize(1);
        assertThat(left.getFirst().messages()).isEqualTo(1);
        assertThat(chats.damaged()).isEqualTo(2);
        // nor does it serve as a record of the estate
        store.points.put(mine.get(2).id(), mine.get(2));
        var estate = new EncryptedEstate(store, new WordVectors(), Estate.homeKey(home, "passphrase"));
        assertThat(estate.search("pg", ResourceFilter.ALL, 10)).isEmpty();
        assertThat(estate.damaged()).hasSize(1);
        estate.close();
    }

    @Test
    void nothingIsLostWhenManySpeakAtOnce() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var said = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 4; thread++) {
                var mine = anotherProcess();
                int number = thread;
                said.add(threads.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        mine.append(one, Role.USER, number + " says " + i, List.of());
                    }
                    return null;
                }));
            }
            for (var each : said) {
                each.get();
            }
        }
        var history = chats.history(one, 1000);
        assertThat(history).hasSize(200);
        for (int thread = 0; thread < 4; thread++) {
            var prefix = thread + " says ";
            assertThat(history).extracting(Message::content).filteredOn(text -> text.startsWith(prefix)).hasSize(50)
                    .isSortedAccordingTo(Comparator.comparing(text -> Integer.valueOf(text.substring(prefix.length()))));
        }
    }

    /** As another process would write it, whose clock says {@code at}. */
    private void say(UUID id, UUID conversation, Instant at, String content) throws Exception {
        var keys = Estate.homeKey(home, "passphrase");
        keys.keys(() -> true);
        var token = PointCipher.text(EstateKeys.mac(keys.source().now().tags(), EncryptedChats.COLLECTION, conversation.toString()));
        store.upsert(EncryptedChats.COLLECTION, List.of(new PointCipher(keys.source(), EncryptedChats.COLLECTION).seal(id,
                Map.of("conversation", List.of(token)), WordVectors.of(content),
                CanonicalJson.bytes(Json.mapper().valueToTree(new Message(id, conversation, at, Role.USER, content, List.of()))))));
    }

    @Test
    void messagesOfOneInstantHaveOneOrder() throws Exception {
        talk();
        var at = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 9; i >= 0; i--) {
            say(new UUID(7, i), one, at, "message " + i);
        }
        var inOrder = List.of("message 0", "message 1", "message 2", "message 3", "message 4", "message 5", "message 6", "message 7", "message 8",
                "message 9");
        assertThat(chats.history(one, 100)).hasSize(12).extracting(Message::content).startsWith(inOrder.toArray(String[]::new));
        assertThat(anotherProcess().history(one, 3)).extracting(Message::content).startsWith("message 9");
        assertThat(chats.list(1).getFirst().title()).isEqualTo("message 0");
        assertThat(chats.list(1).getFirst().started()).isEqualTo(at);
    }

    @Test
    void tenThousandMessagesAreListedReadAndSearched() throws Exception {
        var conversations = Stream.generate(UUID::randomUUID).limit(100).toList();
        for (int i = 0; i < 10_000; i++) {
            chats.append(conversations.get(i % 100), i % 200 < 100 ? Role.USER : Role.ASSISTANT, "message " + i + " about pg-main" + i % 97, List.of());
        }
        var listed = anotherProcess().list(10);
        assertThat(listed).extracting(Conversation::id).containsExactlyElementsOf(conversations.reversed().subList(0, 10));
        assertThat(listed).allSatisfy(each -> assertThat(each.messages()).isEqualTo(100));
        assertThat(chats.history(conversations.get(3), 2)).extracting(Message::content)
                .containsExactly("message 9803 about pg-main6", "message 9903 about pg-main9");
        assertThat(chats.search("message 4711", 1)).singleElement()
                .satisfies(found -> assertThat(found.message().content()).startsWith("message 4711 "));
        assertThat(chats.search("message", 1000)).hasSizeBetween(100, 200);
    }

    @Test
    void aHugeMessageHasATitleAndAMeaning() throws Exception {
        var elephants = "\ud83d\udc18".repeat(400_000);
        chats.append(one, Role.USER, "  stop \n\n the database " + elephants, List.of());
        assertThat(chats.list(1).getFirst().title()).startsWith("stop the database \ud83d\udc18").endsWith("\ud83d\udc18…").hasSizeLessThan(200);
        assertThat(chats.search("the database", 1)).first().satisfies(found -> {
            assertThat(found.matchedBy()).isEqualTo("words+meaning");
            assertThat(found.message().content().length()).isEqualTo(elephants.length() + 23); // not printed when it fails
        });
    }

    @Test
    void keysAreRotatedForConversationsToo() throws Exception {
        talk();
        var keys = new StoreKeys(store, Estate.homeKey(home, "passphrase"));
        assertThat(keys.rotate((done, total) -> {
        }).rewritten()).isEqualTo(3);
        assertThat(chats.history(one, 10)).hasSize(2);
        assertThat(anotherProcess().search("buckets", 1)).hasSize(1);
        assertThat(keys.status().records()).containsOnlyKeys(2);
    }

    @Test
    void aLostKeyFileIsNotMadeAnewForConversations() throws Exception {
        talk();
        Files.delete(home.resolve("keys/keyring.json"));
        assertThatThrownBy(() -> anotherProcess().list(1)).isInstanceOf(StorageException.class)
                .extracting(e -> ((StorageException) e).problem()).isEqualTo(Problem.NO_KEY);
        var estate = new EncryptedEstate(store, new WordVectors(), Estate.homeKey(home, "passphrase"));
        assertThatThrownBy(() -> estate.count(ResourceFilter.ALL)).isInstanceOf(StorageException.class);
    }
}
