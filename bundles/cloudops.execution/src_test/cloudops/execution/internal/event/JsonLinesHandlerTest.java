package cloudops.execution.internal.event;

import static cloudops.execution.internal.EngineFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionEvent.Progress;
import cloudops.execution.ExecutionEvent.Stdout;
import cloudops.execution.ExecutionJson;
import cloudops.execution.ExecutionJsonTest;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionRequest.Resource;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.RunFailedException;
import cloudops.model.Risk;

class JsonLinesHandlerTest {

    private static final String HOSTILE = "a\"b\\c $(x) \u202Eevil\uD83D\uDE00 \u2028 \u0001";

    @TempDir
    private Path folder;

    @Test
    void writesEveryEventOfRealExecutionsByTheSchema() throws Exception {
        var file = folder.resolve("new/folder/events.jsonl");
        try (var fixture = new EngineFixture(folder.resolve("home")); var handler = new JsonLinesHandler(file, true, 1 << 20, 3)) {
            fixture.engine.addHandler(handler);
            var about = new Metadata("chat", Map.of("k", HOSTILE), "c-1", "123456789012", HOSTILE,
                    List.of(new Resource("ec2_instance", "123456789012", "us-west-2", "i-1", HOSTILE)));
            var request = ExecutionRequest.of(new Command.Exec(List.of("printf", "%s\\n", HOSTILE))).withMetadata(about)
                    .withContextId("ctx").withResourceId(HOSTILE).withRisk(Risk.HIGH);
            fixture.run(request);
            fixture.run(shell("echo oops >&2; exit 3"));
            fixture.run(EngineFixture.exec("/no/such/program"));
            var id = fixture.start(shell("exec sleep 60"));
            fixture.engine.cancel(id);
            fixture.end(id);
            fixture.engine.executeWithApproval(shell("true"), (shown, verdict) -> java.util.Optional.of("ann"));
            fixture.engine.close();
        }

        var events = events(file);
        for (var event : events) {
            assertThat(ExecutionJsonTest.violations("execution-event", event)).as("%s", event).isEmpty();
        }
        assertThat(events.stream().map(event -> event.get("event").textValue()).distinct())
                .containsExactlyInAnyOrder("started", "stdout", "stderr", "completed", "failed", "cancelled");
        assertThat(events.stream().filter(event -> event.has("line")).map(event -> event.get("line").textValue()))
                .containsExactlyInAnyOrder(HOSTILE, "oops");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(file.getParent())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void neitherEventsNorResultsNorStatesTellSecrets() throws Exception {
        var file = folder.resolve("events.jsonl");
        try (var fixture = new EngineFixture(folder.resolve("home")); var handler = new JsonLinesHandler(file, true, 1 << 20, 3)) {
            fixture.engine.addHandler(handler);
            fixture.engine.addRunner(new Failing());
            var about = new Metadata("chat", Map.of("token", "hunter2", "k", "password=hunter2", "shown", "it"), null, null,
                    "with --password hunter2");
            var request = ExecutionRequest.of(new Command.AwsSdk("s3", "list-buckets", "{}", null, null)).withMetadata(about);
            var result = fixture.run(request);
            assertThat(result.error()).isEqualTo("rejected Authorization: Bearer ***");
            assertThat(fixture.engine.status(request.id())).returns(result.error(), ExecutionRecord::error)
                    .returns(Map.of("token", "***", "k", "password=***", "shown", "it"), record -> record.metadata().tags());

            var step = new PlanStep("a", shell("true"), List.of(), null);
            var plan = new ExecutionPlan(UUID.randomUUID(), "uses token=hunter2",
                    new ExecutionPlan.Strategy.Serial(false), List.of(step), null);
            fixture.engine.executePlan(plan.withApproval(new Approval(fixture.engine.approvalHash(plan), "ann", Instant.now())));
            fixture.engine.planResult(plan.id());
            assertThat(fixture.engine.status(plan.id()).metadata().description()).isEqualTo("uses token=***");
            fixture.engine.close();
        }
        assertThat(events(file)).hasSizeGreaterThan(4);
        assertThat(Files.readString(file)).contains("***").doesNotContain("hunter2");
    }

    @Test
    void twoHandlersOfOneProcessShareAFile() throws Exception {
        var file = folder.resolve("events.jsonl");
        var record = EventsTest.record(ExecutionStatus.RUNNING);
        int each = 3_000;
        try (var one = new JsonLinesHandler(file, true, 2_000, 6_000); var two = new JsonLinesHandler(file, true, 2_000, 6_000)) {
            var threads = List.of(one, two).stream().map(handler -> Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    handler.handle(new Stdout(record.id(), Instant.EPOCH, "line " + i));
                }
            })).toList();
            for (var thread : threads) {
                thread.join();
            }
        }
        long lines = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (var part : files) {
                lines += Files.readAllLines(part).size();
            }
        }
        assertThat(lines).isEqualTo(2 * each);
    }

    /** A runner of a call that says too much. */
    private static final class Failing implements CommandRunner {
        @Override
        public boolean accepts(Command command) {
            return command instanceof Command.AwsSdk;
        }

        @Override
        public int run(ExecutionRequest request, Map<String, String> variables, BiConsumer<Stream, String> output) throws RunFailedException {
            throw new RunFailedException("rejected Authorization: Bearer hunter2");
        }
    }

    @Test
    void writesThePlansProgressByTheSchema() throws Exception {
        var file = folder.resolve("events.jsonl");
        var plan = EventsTest.record(ExecutionStatus.RUNNING);
        var end = new CompletableFuture<ExecutionRecord>();
        try (var handler = new JsonLinesHandler(file, true, 1 << 20, 3); var events = new Events()) {
            events.add(handler);
            events.started(plan, null, end);
            events.progress(new Progress(plan.id(), Instant.now(), "one", ExecutionStatus.SKIPPED, 1, 1));
            end.complete(plan.ended(ExecutionStatus.FAILED, null, "no", Instant.now()));
        }

        var events = events(file);
        assertThat(events).extracting(event -> event.get("event").textValue()).containsExactly("started", "progress", "failed");
        for (var event : events) {
            assertThat(ExecutionJsonTest.violations("execution-event", event)).as("%s", event).isEmpty();
        }
        assertThat(events.get(1).get("step_id").textValue()).isEqualTo("one");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"event\":\"stdout\",\"execution_id\":\"00000000-0000-4000-8000-000000000001\",\"at\":\"2025-01-01T00:00:00Z\"}",
            "{\"event\":\"exploded\",\"execution_id\":\"00000000-0000-4000-8000-000000000001\",\"at\":\"2025-01-01T00:00:00Z\"}",
            "{\"event\":\"stdout\",\"execution_id\":\"00000000-0000-4000-8000-000000000001\",\"at\":\"2025-01-01T00:00:00Z\",\"line\":\"x\",\"more\":1}",
            "{\"event\":\"started\",\"execution_id\":\"00000000-0000-4000-8000-000000000001\",\"at\":\"2025-01-01T00:00:00Z\",\"line\":\"x\"}" })
    void theSchemaRefusesWhatIsNoEvent(String json) throws IOException {
        assertThat(ExecutionJsonTest.violations("execution-event", ExecutionJson.mapper().readTree(json))).isNotEmpty();
    }

    @Test
    void leavesOutputOutWhenToldTo() {
        try (var handler = new JsonLinesHandler(folder.resolve("events.jsonl"), false, 1 << 20, 3)) {
            assertThat(handler.wantsOutput()).isFalse();
        }
    }

    @Test
    void appendsToWhatIsThereAndClosesItToOthers() throws Exception {
        var file = folder.resolve("events.jsonl");
        Files.writeString(file, "{}\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        write(file, 1 << 20, 3, 1);

        assertThat(events(file)).hasSize(2);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void putsTheFileAsideWhenItHasGrown() throws Exception {
        var file = folder.resolve("events.jsonl");

        write(file, 1_000, 2, 40); // some 140 bytes each

        assertThat(names()).containsExactlyInAnyOrder("events.jsonl", "events.jsonl.1", "events.jsonl.2");
        var kept = new ArrayList<JsonNode>();
        for (var name : List.of("events.jsonl.2", "events.jsonl.1", "events.jsonl")) {
            assertThat(Files.size(folder.resolve(name))).isLessThanOrEqualTo(1_000);
            assertThat(Files.getPosixFilePermissions(folder.resolve(name))).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            kept.addAll(events(folder.resolve(name)));
        }
        int first = 40 - kept.size();
        assertThat(kept).extracting(event -> event.get("line").textValue())
                .containsExactlyElementsOf(IntStream.range(first, 40).mapToObj(number -> "line " + number).toList());
    }

    @Test
    void keepsNothingWhenToldTo() throws Exception {
        var file = folder.resolve("events.jsonl");

        write(file, 1_000, 0, 40);

        assertThat(names()).containsExactly("events.jsonl");
        assertThat(Files.size(file)).isLessThanOrEqualTo(1_000);
    }

    @Test
    void sharesTheFileWithAnotherProcess() throws Exception {
        var file = folder.resolve("events.jsonl");
        try (var one = new JsonLinesHandler(file, true, 2_000, 9); var other = new JsonLinesHandler(file, true, 2_000, 9)) {
            for (int i = 0; i < 50; i++) {
                one.handle(line(2 * i));
                other.handle(line(2 * i + 1));
            }
        }

        var kept = new ArrayList<String>();
        for (var name : names().stream().sorted(java.util.Comparator.reverseOrder()).toList()) {
            events(folder.resolve(name)).forEach(event -> kept.add(event.get("line").textValue()));
        }
        assertThat(kept).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).mapToObj(number -> "line " + number).toList());
    }

    @Test
    void beginsAnewWhenSomebodyMovedTheFile() throws Exception {
        var file = folder.resolve("events.jsonl");
        try (var handler = new JsonLinesHandler(file, true, 1 << 20, 3)) {
            handler.handle(line(1));
            Files.move(file, folder.resolve("moved"));
            handler.handle(line(2));
            Files.delete(file);
            handler.handle(line(3));
        }

        assertThat(events(folder.resolve("moved"))).hasSize(1);
        assertThat(events(file)).extracting(event -> event.get("line").textValue()).containsExactly("line 3");
    }

    @Test
    void goesOnWhereItCannotWriteAndResumes() throws Exception {
        var parent = Files.createFile(folder.resolve("parent")); // a file where a folder is needed
        var file = parent.resolve("events.jsonl");
        try (var handler = new JsonLinesHandler(file, true, 1 << 20, 3); var warnings = new EventsTest.Warnings()) {
            for (int i = 0; i < 10; i++) {
                handler.handle(line(i));
            }
            assertThat(warnings.about("events not written")).hasSize(1);
            Files.delete(parent);
            handler.handle(line(10));

            assertThat(events(file)).extracting(event -> event.get("line").textValue()).containsExactly("line 10");
            assertThat(warnings.about("written again")).singleElement().asString().endsWith(": 10");
        }
    }

    @Test
    void goesOnWhenTheDiskIsFull() {
        try (var handler = new JsonLinesHandler(Path.of("/dev/full"), true, 1 << 20, 3); var warnings = new EventsTest.Warnings()) {
            handler.handle(line(1));
            handler.handle(line(2));

            assertThat(warnings.about("events not written")).hasSize(1).first().asString().contains("space");
        }
    }

    @Test
    void writesNothingOnceItIsClosed() {
        var file = folder.resolve("events.jsonl");
        var handler = new JsonLinesHandler(file, true, 1 << 20, 3);
        handler.close();

        handler.handle(line(1));

        assertThat(file).doesNotExist();
    }

    @Test
    void refusesBadSettings() {
        assertThatThrownBy(() -> new JsonLinesHandler(folder, true, 0, 3)).hasMessageContaining("megabytes");
        assertThatThrownBy(() -> new JsonLinesHandler(folder, true, 1, -1)).hasMessageContaining("keep");
    }

    private static void write(Path file, long limit, int keep, int count) {
        try (var handler = new JsonLinesHandler(file, true, limit, keep)) {
            IntStream.range(0, count).forEach(number -> handler.handle(line(number)));
        }
    }

    private static ExecutionEvent line(int number) {
        return new Stdout(new UUID(0, 1), Instant.now(), "line " + number);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<JsonNode> events(Path file) throws IOException {
        var events = new ArrayList<JsonNode>();
        for (var line : Files.readAllLines(file)) {
            events.add(ExecutionJson.mapper().readTree(line));
        }
        return events;
    }
}
