package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.exec;
import static cloudops.execution.internal.EngineFixture.in;
import static cloudops.execution.internal.EngineFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.approval.Approvals;
import cloudops.execution.spi.CommandRunner;

class ApprovalTest {

    private static final Map<String, String> HOST = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path home;

    @Test
    void letsAnApprovalThroughOnce() throws Exception {
        try (var fixture = new EngineFixture(home)) {
            var approval = new Approval(fixture.engine.approvalHash(exec("true")), "tester", Instant.now());
            var id = fixture.engine.execute(exec("true").withApproval(approval));

            assertThat(fixture.end(id).succeeded()).isTrue();
            assertThat(fixture.engine.status(id).approvedBy()).isEqualTo("tester");
            refused(fixture, exec("true").withApproval(approval), "used already");
        }
    }

    @Test
    void refusesAMissingMismatchedExpiredOrFutureApproval() throws Exception {
        try (var fixture = new EngineFixture(home)) {
            var request = exec("true");
            var hash = fixture.engine.approvalHash(request);
            var now = Instant.now();

            refused(fixture, request, "needs an approval");
            refused(fixture, request.withApproval(new Approval(fixture.engine.approvalHash(exec("false")), "x", now)), "something else");
            refused(fixture, request.withApproval(new Approval("", "x", now)), "something else");
            refused(fixture, request.withApproval(new Approval(hash, "x", now.minus(Approvals.LIFETIME).minusSeconds(1))), "expired");
            refused(fixture, request.withApproval(new Approval(hash, "x", now.plus(Duration.ofMinutes(5)))), "future");
            assertThat(fixture.engine.history(HistoryFilter.ALL)).isEmpty();
        }
    }

    @Test
    void aReadNeedsNone() throws Exception {
        try (var fixture = new EngineFixture(home, Map.of("PATH", "/nowhere"), Optional.empty(), false)) {
            var id = fixture.engine.execute(ExecutionRequest.of(new AwsCli("ec2", "describe-vpcs", List.of(), null, null)));
            assertThat(fixture.engine.status(id).approvedBy()).isNull();
            refused(fixture, ExecutionRequest.of(new AwsCli("ec2", "stop-instances", List.of(), null, null)), "changes resources");
            refused(fixture, with(Map.of("PYTHONPATH", "/tmp"), ExecutionRequest.of(new AwsCli("ec2", "describe-vpcs", List.of(), null, null))),
                    "sets PYTHONPATH");
        }
    }

    @Test
    void hashDoesNotDependOnTheIdNorOnTheApproval() {
        try (var fixture = new EngineFixture(home)) {
            var request = exec("echo", "a");
            assertThat(fixture.engine.approvalHash(request)).matches("sha256:[0-9a-f]{64}")
                    .isEqualTo(fixture.engine.approvalHash(exec("echo", "a"))).isEqualTo(fixture.engine.approvalHash(fixture.approved(request)));
        }
    }

    @Test
    void everyFieldThatReachesTheProcessChangesTheHash() {
        var account1 = new Metadata("cli", Map.of(), null, "111111111111", null);
        var account2 = new Metadata("cli", Map.of(), null, "222222222222", null);
        var hashes = new HashSet<String>();
        int requests = 0;
        for (var request : List.of(exec("echo", "a"), exec("echo", "a", ""), exec("echo", "", "a"), exec("echo", "ab"), exec("echo", "a", "b"),
                exec("printf", "a"), with(Map.of("A", "1"), exec("echo", "a")), with(Map.of("A", "2"), exec("echo", "a")),
                with(Map.of("A1", ""), exec("echo", "a")), in(Path.of("/"), exec("echo", "a")), in(Path.of("/tmp"), exec("echo", "a")),
                exec("echo", "a").withMetadata(account1), exec("echo", "a").withMetadata(account2),
                cli("rds", "stop-db-instance", "x", "p", "r"), cli("ec2", "stop-db-instance", "x", "p", "r"),
                cli("rds", "start-db-instance", "x", "p", "r"), cli("rds", "stop-db-instance", "y", "p", "r"),
                cli("rds", "stop-db-instance", "x", "q", "r"), cli("rds", "stop-db-instance", "x", "p", "s"),
                cli("rds", "stop-db-instance", "x", null, "r"), cli("rds", "stop-db-instance", "x", "p", null),
                sdk("rds", "stop-db-instance", "{\"a\":1}", "p", "r"), sdk("ec2", "stop-db-instance", "{\"a\":1}", "p", "r"),
                sdk("rds", "start-db-instance", "{\"a\":1}", "p", "r"), sdk("rds", "stop-db-instance", "{\"a\":2}", "p", "r"),
                sdk("rds", "stop-db-instance", "{\"a\":1}", "q", "r"), sdk("rds", "stop-db-instance", "{\"a\":1}", "p", "s"),
                sdk("rds", "stop-db-instance", "{\"a\":1}", "p", null), sdk("rds", "stop-db-instance", "{\"a\":1}", null, "p"))) {
            hashes.add(hash(request, HOST, Optional.empty()));
            requests++;
        }
        var plain = sdk("rds", "stop-db-instance", "{\"a\":1}", "p", "r");
        hashes.add(hash(plain, HOST, Optional.of(URI.create("http://127.0.0.1:1"))));
        hashes.add(hash(plain, HOST, Optional.of(URI.create("http://127.0.0.1:2"))));
        hashes.add(hash(plain, Map.of("PATH", "/bin"), Optional.empty()));
        assertThat(hashes).hasSize(requests + 3);
    }

    @Test
    void readOnlyModeRefusesEverythingElseEvenWithAnApproval() throws Exception {
        try (var fixture = new EngineFixture(home, HOST, Optional.empty(), true)) {
            for (var request : List.of(exec("true"), cli("rds", "stop-db-instance", "x", null, null),
                    cli("secretsmanager", "get-secret-value", "x", null, null))) {
                assertThatThrownBy(() -> fixture.start(request)).isInstanceOfSatisfying(ExecutionException.class,
                        e -> assertThat(e.problem()).isEqualTo(Problem.READ_ONLY));
            }
            fixture.end(fixture.engine.execute(cli("rds", "describe-db-instances", "x", null, null)));
        }
    }

    @Test
    void runsInProcessCommandsByARunnerThatComesAndGoes() throws Exception {
        try (var fixture = new EngineFixture(home)) {
            var call = sdk("rds", "describe-db-instances", "{}", "p", "r");
            assertThatThrownBy(() -> fixture.engine.executeReadOnly(call)).isInstanceOfSatisfying(ExecutionException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.NO_RUNNER));
            var runner = new SdkDouble();
            fixture.engine.addRunner(runner);

            assertThat(fixture.engine.executeReadOnly(call).get().stdout()).isEqualTo("{\n}\n");
            assertThat(fixture.end(fixture.engine.execute(call)).stdout()).isEqualTo("{\n}\n");
            assertThat(fixture.end(fixture.start(sdk("rds", "break-down", "{}", "p", "r"))).error()).contains("on purpose");
            var waiting = fixture.start(sdk("rds", "stop-it", "{}", "p", "r"));
            fixture.follow(waiting).first.get();
            fixture.engine.cancel(waiting);
            assertThat(fixture.end(waiting).status()).isEqualTo(ExecutionStatus.CANCELLED);
            refused(fixture, sdk("rds", "stop-it", "{}", "p", "r"), "needs an approval");

            fixture.engine.removeRunner(runner);
            assertThatThrownBy(() -> fixture.engine.executeReadOnly(call)).hasMessageContaining("AwsSdk");
        }
    }

    private String hash(ExecutionRequest request, Map<String, String> host, Optional<URI> endpoint) {
        try (var fixture = new EngineFixture(home, host, endpoint, false)) {
            return fixture.engine.approvalHash(request);
        }
    }

    private static ExecutionRequest cli(String service, String operation, String argument, String profile, String region) {
        return ExecutionRequest.of(new AwsCli(service, operation, List.of("--id", argument), profile, region));
    }

    private static ExecutionRequest sdk(String service, String operation, String params, String profile, String region) {
        return ExecutionRequest.of(new AwsSdk(service, operation, params, profile, region));
    }

    private static void refused(EngineFixture fixture, ExecutionRequest request, String message) {
        assertThatThrownBy(() -> fixture.engine.execute(request)).hasMessageContaining(message).isInstanceOfSatisfying(
                ExecutionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.APPROVAL_REQUIRED));
    }

    /** Answers, breaks down or waits, as the operation says. */
    private static final class SdkDouble implements CommandRunner {
        @Override
        public boolean accepts(Command command) {
            return command instanceof AwsSdk;
        }

        @Override
        public int run(ExecutionRequest request, Map<String, String> environment,
                BiConsumer<Stream, String> output) throws InterruptedException {
            output.accept(Stream.STDOUT, "{");
            output.accept(Stream.STDOUT, "}");
            switch (((AwsSdk) request.command()).operation()) {
                case "break-down" -> throw new IllegalStateException("on purpose");
                case "stop-it" -> new CountDownLatch(1).await();
                default -> { }
            }
            return 0;
        }
    }
}
