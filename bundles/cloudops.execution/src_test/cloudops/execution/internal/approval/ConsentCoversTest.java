package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;
import cloudops.execution.Command.Interpreter;
import cloudops.execution.Command.Script;
import cloudops.execution.Command.Shell;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionRequest.Resource;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.spi.CommandRunner;
import cloudops.model.Risk;

/** Consent is to exactly what was shown: whatever changes afterwards, the engine asks again. */
class ConsentCoversTest {

    /** An ID names a run and not what runs; an approval cannot be part of what it approves. */
    private static final Set<String> EXEMPT = Set.of("ExecutionRequest.id", "ExecutionRequest.approval", "ExecutionPlan.id",
            "ExecutionPlan.approval");

    @TempDir
    private static Path root;

    private Path bin;
    private Path home;
    private Map<String, String> host;

    @BeforeEach
    void makePrograms() throws IOException {
        var folder = Files.createTempDirectory(root, "test");
        home = folder.resolve("home");
        bin = Files.createDirectories(folder.resolve("bin"));
        host = Map.of("PATH", bin + ":/usr/bin:/bin", "LANG", "C.UTF-8");
        program(bin.resolve("aws"));
    }

    private static void program(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    static Stream<Command> commands() throws IOException {
        var script = Files.writeString(root.resolve("script"), "true\n");
        Files.writeString(root.resolve("script2"), "true\n");
        return Stream.of(new Exec(List.of("true", "a", "bcd")), new Script(Interpreter.SH, script, List.of("a", "bcd")), new Shell("true"),
                new AwsCli("ec2", "stop-instances", List.of("--instance-ids", "i-1"), "dev", "eu-west-1"),
                new AwsCli("ec2", "stop-instances", List.of("--profile=dev", "--region=eu-west-1"), "dev", "eu-west-1"),
                new AwsSdk("ec2", "stop-instances", "{\"a\":1}", "dev", "eu-west-1"));
    }

    /** With a value in every field. */
    private static ExecutionRequest complete(Command command) {
        var metadata = new Metadata("cli", Map.of("ticket", "1"), "conversation", "111111111111", "what it does",
                List.of(new Resource("rds_instance", "111111111111", "eu-west-1", "pg-1", "main"), new Resource("ec2_instance", "111111111111",
                        "eu-west-1", "i-1", "web")));
        return new ExecutionRequest(UUID.randomUUID(), command, Map.of("LANG", "C.UTF-8"), root, Duration.ofSeconds(9), metadata, "context",
                "resource", Risk.LOW, new Approval("", "nobody", Instant.EPOCH));
    }

    @Test
    void everyKindOfCommandIsTried() throws IOException {
        Set<Class<?>> tried = commands().map(Object::getClass).collect(Collectors.toSet());
        assertThat(tried).isEqualTo(Set.of(Command.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyFieldOfARequest(Command command) throws Exception {
        try (var fixture = fixture(Optional.empty())) {
            var request = complete(command);
            var consent = new Approval(fixture.engine.approvalHash(request), "tester", Instant.now());
            var changes = new FieldChanges(EXEMPT).of(request);

            for (var change : changes) {
                assertAsks(fixture, change.record().withApproval(consent), change.field());
            }
            commands().filter(other -> !other.equals(command))
                    .forEach(other -> assertAsks(fixture, request.withCommand(other).withApproval(consent), "command"));
            assertThat(changes).hasSizeGreaterThan(ExecutionRequest.class.getRecordComponents().length);
            fixture.end(fixture.engine.execute(request.withId(UUID.randomUUID()).withApproval(consent)));
        }
    }

    @Test
    void everyFieldOfAPlan() throws Exception {
        var steps = List.of(new PlanStep("a", complete(new Exec(List.of("true", "x", "yz"))), List.of("b", "c"), "first"),
                new PlanStep("b", complete(new Exec(List.of("true", "x", "yz"))), List.of("c", "d"), "second"));
        try (var fixture = fixture(Optional.empty())) {
            for (var strategy : List.of(new Strategy.Serial(true), new Strategy.Parallel(2), new Strategy.Graph(2))) {
                var plan = new ExecutionPlan(UUID.randomUUID(), "a plan", strategy, steps, new Approval("", "nobody", Instant.EPOCH));
                var hash = fixture.engine.approvalHash(plan);
                for (var change : new FieldChanges(EXEMPT).of(plan)) {
                    assertThat(fixture.engine.approvalHash(change.record())).as(change.field()).isNotEqualTo(hash);
                }
                assertThat(fixture.engine.approvalHash(plan.withApproval(new Approval(hash, "x", Instant.now())))).isEqualTo(hash);
            }
            assertThat(Strategy.class.getPermittedSubclasses()).as("all are tried").hasSize(3);
        }
    }

    @Test
    void aPlanThatChangedAsksAgain() throws Exception {
        try (var fixture = fixture(Optional.empty())) {
            var plan = Entry.plan(EngineFixture.exec("true"));
            var consent = new Approval(fixture.engine.approvalHash(plan), "tester", Instant.now());
            assertThatThrownBy(() -> fixture.engine.executePlan(Entry.plan(EngineFixture.exec("true", "x")).withApproval(consent)))
                    .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.APPROVAL_REQUIRED));
            fixture.engine.planCompletion(fixture.engine.executePlan(plan.withApproval(consent))).get();
            assertThatThrownBy(() -> fixture.engine.executePlan(Entry.plan(EngineFixture.exec("true")).withApproval(consent)))
                    .hasMessageContaining("used already");
        }
    }

    @Test
    void theBytesOfAScript() throws Exception {
        var script = Files.writeString(root.resolve("changing"), "true\n");
        var request = ExecutionRequest.of(new Script(Interpreter.SH, script, List.of()));
        try (var fixture = fixture(Optional.empty())) {
            var approved = fixture.approved(request);
            Files.writeString(script, "TRUE\n");
            assertAsks(fixture, approved, "bytes");
            Files.delete(script);
            assertAsks(fixture, approved, "no bytes");
            Files.writeString(script, "true\n");
            assertThat(fixture.end(fixture.engine.execute(approved)).succeeded()).isTrue();
        }
    }

    @Test
    @Timeout(30)
    void aScriptThatIsNoFileIsNotWaitedFor() throws Exception {
        var pipe = root.resolve("pipe");
        try (var fixture = fixture(Optional.empty())) {
            fixture.run(EngineFixture.exec("mkfifo", pipe.toString()));
            for (var nothing : List.of(pipe, Path.of("/dev/zero"), root)) {
                assertThat(fixture.run(ExecutionRequest.of(new Script(Interpreter.SH, nothing, List.of()))).error()).contains("not a file");
            }
        }
    }

    @Test
    void theProgramThatThePathLeadsTo() throws Exception {
        try (var fixture = fixture(Optional.empty())) {
            var approved = fixture.approved(EngineFixture.exec("true"));
            program(bin.resolve("true"));
            assertAsks(fixture, approved, "program");
        }
    }

    @Test
    void theVariablesAndTheEndpointOfTheSession() throws Exception {
        var request = ExecutionRequest.of(new AwsCli("ec2", "stop-instances", List.of(), null, null));
        Approval consent;
        try (var fixture = fixture(Optional.empty())) {
            consent = fixture.approved(request).approval();
        }
        try (var fixture = fixture(Optional.of(URI.create("http://127.0.0.1:1")))) {
            assertAsks(fixture, request.withApproval(consent), "endpoint");
        }
        for (var variable : List.of("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_REGION", "HTTPS_PROXY", "AWS_CA_BUNDLE", "HOME", "LANG", "PATH")) {
            var other = new HashMap<>(host);
            other.merge(variable, "/other", (old, added) -> old + ':' + added);
            try (var fixture = new EngineFixture(home, other, Optional.empty(), false)) {
                assertAsks(fixture, request.withApproval(consent), variable);
            }
        }
        try (var fixture = fixture(Optional.empty())) {
            fixture.end(fixture.engine.execute(request.withApproval(consent)));
        }
    }

    @Test
    void textsThatNoEncodingTellsApart() throws Exception {
        try (var fixture = fixture(Optional.empty())) {
            var hashes = Stream.of("?", "\uD800", "\uDC00", "\uFFFD", "\uD83D\uDE00", "", "a\u0301", "\u00e1")
                    .map(text -> fixture.engine.approvalHash(ExecutionRequest.of(new AwsSdk("ec2", "stop-instances", '"' + text + '"', null, null))));
            assertThat(hashes.distinct()).hasSize(8);
        }
    }

    @Test
    void consentIsOfSomebodyAndOfNow() throws Exception {
        try (var fixture = fixture(Optional.empty())) {
            var request = EngineFixture.exec("true");
            var hash = fixture.engine.approvalHash(request);
            for (var consent : Arrays.asList(new Approval(hash, " ", Instant.now()), new Approval(hash, "x", Instant.MAX),
                    new Approval(hash, "x", Instant.MIN), new Approval(hash.toUpperCase(), "x", Instant.now()), null)) {
                assertAsks(fixture, request.withApproval(consent), String.valueOf(consent));
            }
        }
    }

    private EngineFixture fixture(Optional<URI> endpoint) {
        var fixture = new EngineFixture(home, host, endpoint, false);
        fixture.engine.addRunner(new CommandRunner() {
            @Override
            public boolean accepts(Command command) {
                return command instanceof AwsSdk;
            }

            @Override
            public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<ExecutionEngine.Stream, String> output) {
                return 0;
            }
        });
        return fixture;
    }

    private static void assertAsks(EngineFixture fixture, ExecutionRequest request, String field) {
        var thrown = catchThrowable(() -> fixture.engine.execute(request.withId(UUID.randomUUID())));
        assertThat(thrown).as(field).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.APPROVAL_REQUIRED));
    }
}
