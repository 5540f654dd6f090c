package cloudops.integration.tests;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkUtil;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionJson;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.spi.EventHandler;
import cloudops.model.Environment;

/** What the settings switch on hears of real executions, from the settings file to the socket. */
@Timeout(600)
class EventsTest {

    @TempDir
    private Path home;

    @Test
    void settingsSwitchTheHandlersOn() throws Exception {
        var file = home.resolve("events.jsonl");
        var settings = Map.of("events", Map.of("file", Map.of("path", file.toString()), "websocket", Map.of("port", 0)));
        ExecutionJson.mapper().writeValue(home.resolve("settings.json").toFile(), settings);
        var announcement = home.resolve("executions/websocket/" + ProcessHandle.current().pid() + ".json");
        UUID id;
        var messages = new Messages();
        var http = HttpClient.newHttpClient();
        try (var services = new Services(environment(), "secret".toCharArray())) {
            var engine = services.get(ExecutionEngine.class);
            var announced = ExecutionJson.mapper().readTree(announcement.toFile());
            http.newWebSocketBuilder().header("Authorization", "Bearer " + announced.get("token").textValue())
                    .buildAsync(URI.create(announced.get("url").textValue()), messages).get(10, SECONDS);

            id = run(engine, "echo one; echo two");

            assertThat(List.of(messages.next(), messages.next(), messages.next(), messages.next()))
                    .allSatisfy(event -> assertThat(event.get("execution_id").textValue()).isEqualTo(id.toString()))
                    .extracting(event -> event.get("event").textValue()).containsExactly("started", "stdout", "stdout", "completed");
        } finally {
            http.shutdownNow();
        }

        assertThat(announcement).doesNotExist();
        assertThat(Files.readAllLines(file)).hasSize(4).allSatisfy(line -> assertThat(line).contains(id.toString()));
    }

    @Test
    void nothingIsOnByItself() throws Exception {
        try (var services = new Services(environment(), "secret".toCharArray())) {
            run(services.get(ExecutionEngine.class), "echo one");
        }

        assertThat(home.resolve("executions/websocket")).doesNotExist();
    }

    @Test
    void handlersAreServicesThatComeAndGo() throws Exception {
        var context = FrameworkUtil.getBundle(EventsTest.class).getBundleContext();
        var heard = new LinkedBlockingQueue<ExecutionEvent>();
        try (var services = new Services(environment(), "secret".toCharArray())) {
            var engine = services.get(ExecutionEngine.class);
            var registration = context.registerService(EventHandler.class, heard::add, null);
            var id = run(engine, "exit 3");
            assertThat(heard.poll(10, SECONDS)).isInstanceOf(ExecutionEvent.Started.class);
            assertThat(heard.poll(10, SECONDS)).isInstanceOfSatisfying(ExecutionEvent.Completed.class, end -> {
                assertThat(end.executionId()).isEqualTo(id);
                assertThat(end.entry().exitCode()).isEqualTo(3);
            });

            registration.unregister();
            run(engine, "true");
        }
        assertThat(heard).isEmpty();
    }

    private static UUID run(ExecutionEngine engine, String script) throws Exception {
        var request = ExecutionRequest.of(new Command.Shell(script));
        var id = engine.execute(request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now())));
        engine.completion(id).get(30, SECONDS);
        return id;
    }

    private Environment environment() {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    private static final class Messages implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final List<CharSequence> parts = new ArrayList<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.add(data);
            if (last) {
                messages.add(String.join("", parts));
                parts.clear();
            }
            from.request(1);
            return null;
        }

        JsonNode next() throws Exception {
            var message = messages.poll(20, SECONDS);
            assertThat(message).as("an event").isNotNull();
            return ExecutionJson.mapper().readTree(message);
        }
    }
}
