package cloudops.execution.websocket.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionEvent.Stdout;
import cloudops.execution.ExecutionJson;
import cloudops.execution.spi.EventHandler;

@Timeout(60)
class EventSocketTest {

    private static final String ALLOWED = "http://localhost:3000";
    private static final String HOSTILE = "a\"b\\ $(x)\n \u202Eevil\uD83D\uDE00";

    @TempDir
    private Path home;
    private final Handlers handlers = new Handlers();
    private final HttpClient http = HttpClient.newHttpClient();
    private EventSocket socket;
    private JsonNode announced;

    @BeforeEach
    void open() throws IOException {
        socket = open(0, 4);
    }

    private EventSocket open(int port, int clients) throws IOException {
        var opened = new EventSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), home, List.of(ALLOWED), clients,
                Duration.ofSeconds(1), handlers);
        announced = ExecutionJson.mapper().readTree(opened.announcement().toFile());
        return opened;
    }

    @AfterEach
    void close() {
        socket.close();
        handlers.close();
        http.shutdownNow();
    }

    @Test
    void sendsEventsToThoseWhoKnowTheToken() throws Exception {
        var byHeader = connect("", Map.of("Authorization", "Bearer " + token()));
        var byParameter = connect("?a=b&token=" + token(), Map.of());

        handlers.tell(line(HOSTILE));

        for (var client : List.of(byHeader, byParameter)) {
            var event = client.next();
            assertThat(event.get("event").textValue()).isEqualTo("stdout");
            assertThat(event.get("line").textValue()).isEqualTo(HOSTILE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "?token=", "?token=x", "?token", "?nottoken=TOKEN", "?token=TOKENx", "?token=\u00e9" })
    void refusesThoseWhoDoNot(String query) {
        assertRefused(URI.create(url() + query.replace("TOKEN", token())).toASCIIString().substring(url().length()), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = { "Bearer ", "Bearer x", "Basic TOKEN", "TOKEN", "Bearer TOKEN TOKEN" })
    void refusesAWrongHeader(String header) {
        assertRefused("", Map.of("Authorization", header.replace("TOKEN", token())));
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://evil.example", "null", "http://127.0.0.1:80", "http://localhost:3000.evil.example", "HTTP://LOCALHOST:3000" })
    void refusesWebPagesThoughTheyKnowTheToken(String origin) {
        assertRefused("?token=" + token(), Map.of("Origin", origin));
    }

    @Test
    void letsANamedWebPageIn() throws Exception {
        var client = connect("?token=" + token(), Map.of("Origin", ALLOWED));

        handlers.tell(line("x"));

        assertThat(client.next().get("line").textValue()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = { "evil.example", "evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:PORT", "" })
    void refusesOtherNamesOfThisMachine(String host) throws IOException {
        assertThat(answerTo(host.replace("PORT", String.valueOf(port())))).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT" })
    void answersToItsOwnNames(String host) throws IOException {
        assertThat(answerTo(host.replace("PORT", String.valueOf(port())))).startsWith("HTTP/1.1 101 ");
    }

    private String answerTo(String host) throws IOException {
        try (var raw = new Socket(InetAddress.getByName("127.0.0.1"), port())) {
            raw.getOutputStream().write(("GET /?token=" + token() + " HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").getBytes(UTF_8));
            return new String(raw.getInputStream().readNBytes(13), UTF_8);
        }
    }

    @Test
    void announcesItselfToTheUserOnlyAndTakesThatBack() throws Exception {
        var file = socket.announcement();

        assertThat(file).isEqualTo(home.resolve("executions/websocket/" + ProcessHandle.current().pid() + ".json"));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(file.getParent())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(announced.get("process").longValue()).isEqualTo(ProcessHandle.current().pid());
        assertThat(java.util.Base64.getUrlDecoder().decode(token())).hasSize(32);
        socket.close();
        assertThat(file).doesNotExist();
    }

    @Test
    void clearsAwayWhatKilledProcessesAnnounced() throws Exception {
        socket.close();
        var folder = socket.announcement().getParent();
        var dead = new ProcessBuilder("true").start();
        dead.waitFor();
        var stale = Files.writeString(folder.resolve(dead.pid() + ".json"), "{}");
        var alive = Files.writeString(folder.resolve("1.json"), "{}");

        socket = open(0, 4);

        assertThat(stale).doesNotExist();
        assertThat(alive).exists();
        assertThat(socket.announcement()).exists();
    }

    @Test
    void hasANewTokenEachTime() throws Exception {
        var first = token();
        socket.close();
        socket = open(0, 4);

        assertThat(token()).isNotEqualTo(first);
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        int port = port();
        for (var network : NetworkInterface.networkInterfaces().toList()) {
            for (var address : network.inetAddresses().filter(address -> !address.isLoopbackAddress()).toList()) {
                assertThatThrownBy(() -> {
                    try (var raw = new Socket()) {
                        raw.connect(new InetSocketAddress(address, port), 2_000);
                    }
                }).as("%s", address).isInstanceOf(IOException.class);
            }
        }
        assertThatThrownBy(() -> new EventSocket(new InetSocketAddress("0.0.0.0", 0), home, List.of(), 1, Duration.ofSeconds(1), handlers))
                .hasMessageContaining("loopback");
    }

    @Test
    void freesThePortAndSaysGoodbye() throws Exception {
        var client = connect("?token=" + token(), Map.of());
        int port = port();

        socket.close();

        assertThat(client.closed.get(10, SECONDS)).isEqualTo(1001);
        assertThat(handlers.all).isEmpty();
        socket = open(port, 4);
        assertThat(port()).isEqualTo(port);
        connect("?token=" + token(), Map.of());
    }

    @Test
    void saysSoWhenThePortIsTaken() {
        assertThatThrownBy(() -> open(port(), 4)).isInstanceOf(IOException.class).hasMessageContaining("cannot listen")
                .hasMessageContaining("try: another port");
    }

    @Test
    void sendsAwayWhoTakesNothingWhileOthersGoOn() throws Exception {
        var slow = connect("?token=" + token(), Map.of(), false);
        var quick = connect("?token=" + token(), Map.of());
        int count = 100_000;

        var text = "x".repeat(400);
        for (int i = 0; i < count; i++) {
            handlers.tell(line(i + text));
        }

        for (int i = 0; i < count; i++) {
            assertThat(quick.next().get("line").textValue()).startsWith(i + "x");
        }
        assertThat(handlers.left.tryAcquire(20, SECONDS)).as("the slow one is taken out").isTrue();
        slow.resume();
        assertThat(slow.closed.get(20, SECONDS)).isEqualTo(1008);
        assertThat(slow.reason).startsWith("too slow");
        handlers.tell(line("still there"));
        assertThat(quick.next().get("line").textValue()).isEqualTo("still there");
        assertThat(handlers.all).hasSize(1);
    }

    @Test
    void losesNothingForAClientThatIsOnlySlowAtTimes() throws Exception {
        var client = connect("?token=" + token(), Map.of(), false);
        var text = "x".repeat(400);
        for (int i = 0; i < 50_000; i++) {
            handlers.tell(line(i + text));
        }
        client.resume();

        for (int i = 0; i < 50_000; i++) {
            assertThat(client.next().get("line").textValue()).startsWith(i + "x");
        }
    }

    @Test
    void closesOnThoseWhoTalk() throws Exception {
        var talker = connect("?token=" + token(), Map.of());
        talker.socket.sendText("{}", true);
        assertThat(talker.closed.get(10, SECONDS)).isEqualTo(1003);

        var binary = connect("?token=" + token(), Map.of());
        binary.socket.sendBinary(ByteBuffer.wrap(new byte[10]), true);
        assertThat(binary.closed.get(10, SECONDS)).isEqualTo(1003);

        var loud = connect("?token=" + token(), Map.of());
        loud.socket.sendText("x".repeat(100_000), true);
        assertThat(loud.closed.get(10, SECONDS)).isIn(1003, 1006, 1009);
    }

    @Test
    void letsOnlySoManyIn() throws Exception {
        for (int i = 0; i < 4; i++) {
            connect("?token=" + token(), Map.of());
        }
        assertRefused("?token=" + token(), Map.of());

        handlers.awaitGone(() -> {
            for (var handler : handlers.all.keySet()) {
                ((Client) handler).close();
            }
        });
    }

    @Test
    void takesOutAClientThatGoes() throws Exception {
        var client = connect("?token=" + token(), Map.of());
        handlers.awaitGone(() -> client.socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join());

        connect("?token=" + token(), Map.of());
        assertThat(handlers.all).hasSize(1);
    }

    @Test
    void hangsUpOnEndlessHandshakes() throws Exception {
        try (var raw = new Socket(InetAddress.getByName("127.0.0.1"), port())) {
            raw.setSoTimeout(20_000);
            assertThatThrownBy(() -> {
                var out = raw.getOutputStream();
                out.write("GET / HTTP/1.1\r\nX: ".getBytes(UTF_8));
                for (int i = 0; i < 10_000; i++) {
                    out.write(new byte[10_000]);
                }
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void hangsUpOnThoseWhoSayNothing() throws Exception {
        try (var raw = new Socket(InetAddress.getByName("127.0.0.1"), port())) {
            raw.setSoTimeout(20_000);
            assertThat(raw.getInputStream().read()).isEqualTo(-1);
        }
    }

    private String url() {
        return announced.get("url").textValue();
    }

    private int port() {
        return URI.create(url()).getPort();
    }

    private String token() {
        return announced.get("token").textValue();
    }

    private void assertRefused(String query, Map<String, String> headers) {
        assertThatThrownBy(() -> connect(query, headers)).hasCauseInstanceOf(WebSocketHandshakeException.class);
        assertThat(handlers.all.keySet()).hasSizeLessThanOrEqualTo(4);
    }

    private Listening connect(String query, Map<String, String> headers) throws Exception {
        return connect(query, headers, true);
    }

    private Listening connect(String query, Map<String, String> headers, boolean quick) throws Exception {
        var listening = new Listening(quick);
        var builder = http.newWebSocketBuilder();
        headers.forEach(builder::header);
        try {
            listening.socket = builder.buildAsync(URI.create(url() + query), listening).join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
        return listening;
    }

    private static ExecutionEvent line(String text) {
        return new Stdout(new UUID(0, 1), Instant.now(), text);
    }

    /** Tells each handler on a thread of its own, as the engine does. */
    private static final class Handlers implements Function<EventHandler, Runnable>, AutoCloseable {
        final Map<EventHandler, ExecutorService> all = new ConcurrentHashMap<>();
        final Semaphore left = new Semaphore(0);
        private volatile CompletableFuture<Void> gone = new CompletableFuture<>();

        @Override
        public Runnable apply(EventHandler handler) {
            all.put(handler, Executors.newSingleThreadExecutor());
            return () -> {
                all.remove(handler).shutdownNow();
                left.release();
                if (all.isEmpty()) {
                    gone.complete(null);
                }
            };
        }

        void tell(ExecutionEvent event) {
            all.forEach((handler, thread) -> thread.execute(() -> handler.handle(event)));
        }

        void awaitGone(Runnable what) throws Exception {
            gone = new CompletableFuture<>();
            what.run();
            gone.get(10, SECONDS);
        }

        @Override
        public void close() {
            all.values().forEach(ExecutorService::shutdownNow);
        }
    }

    /** A client. */
    private static final class Listening implements WebSocket.Listener {
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        volatile String reason;
        WebSocket socket;
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final List<CharSequence> parts = new ArrayList<>();
        private final boolean quick;

        Listening(boolean quick) {
            this.quick = quick;
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (quick) {
                opened.request(Long.MAX_VALUE);
            }
        }

        void resume() {
            socket.request(Long.MAX_VALUE);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.add(data);
            if (last) {
                messages.add(String.join("", parts));
                parts.clear();
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String why) {
            reason = why;
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable problem) {
            closed.complete(1006);
        }

        JsonNode next() throws Exception {
            var message = messages.poll(20, SECONDS);
            assertThat(message).as("an event; closed: %s", closed).isNotNull();
            return ExecutionJson.mapper().readTree(message);
        }
    }
}
