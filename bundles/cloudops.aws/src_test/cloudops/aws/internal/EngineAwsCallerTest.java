package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.execution.Approver;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanResult;
import cloudops.execution.Verdict;
import cloudops.json.Json;

class EngineAwsCallerTest {

    private static final String DENIED = "An error occurred (AccessDenied) when calling the X operation: no";
    private static final String THROTTLED = "An error occurred (Throttling) when calling the X operation: Rate exceeded";

    /** Plays back results, the last one for ever, and keeps the commands. */
    private static final class ScriptedEngine implements ExecutionEngine {
        final Deque<ExecutionResult> results = new ArrayDeque<>();
        final List<Command> commands = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<ExecutionResult> never = new CompletableFuture<>();
        ExecutionException refusal;

        @Override
        public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) throws ExecutionException {
            commands.add(request.command());
            if (refusal != null) {
                throw refusal;
            }
            return results.isEmpty() ? never
                    : CompletableFuture.completedFuture(results.size() > 1 ? results.removeFirst() : results.getFirst());
        }

        @Override
        public UUID execute(ExecutionRequest request) {
            throw new AssertionError("reads leave no trace");
        }

        @Override
        public Verdict verdict(Command command) {
            throw new AssertionError();
        }

        @Override
        public String approvalHash(ExecutionRequest request) {
            throw new AssertionError();
        }

        @Override
        public ExecutionRecord status(UUID id) {
            throw new AssertionError();
        }

        @Override
        public ExecutionResult result(UUID id) {
            throw new AssertionError();
        }

        @Override
        public CompletableFuture<ExecutionResult> completion(UUID id) {
            throw new AssertionError();
        }

        @Override
        public void cancel(UUID id) {
            throw new AssertionError();
        }

        @Override
        public AutoCloseable output(UUID id, OutputListener listener) {
            throw new AssertionError();
        }

        @Override
        public List<ExecutionRecord> history(HistoryFilter filter) {
            throw new AssertionError();
        }

        @Override
        public UUID executeWithApproval(ExecutionRequest request, Approver approver) {
            throw new AssertionError();
        }

        @Override
        public UUID executePlan(ExecutionPlan plan, PlanListener listener) {
            throw new AssertionError();
        }

        @Override
        public Verdict verdict(ExecutionRequest request) {
            throw new AssertionError();
        }

        @Override
        public Verdict verdict(ExecutionPlan plan) {
            throw new AssertionError();
        }

        @Override
        public String approvalHash(ExecutionPlan plan) {
            throw new AssertionError();
        }

        @Override
        public List<PlanProblem> problems(ExecutionPlan plan) {
            throw new AssertionError();
        }

        @Override
        public PlanResult planResult(UUID planId) {
            throw new AssertionError();
        }

        @Override
        public CompletableFuture<PlanResult> planCompletion(UUID planId) {
            throw new AssertionError();
        }

        @Override
        public InputStream readLogs(UUID id) {
            throw new AssertionError();
        }
    }

    @TempDir
    Path folder;
    private final ScriptedEngine engine = new ScriptedEngine();
    private SdkRunner sdk;
    private EngineAwsCaller caller;

    @BeforeEach
    void caller() {
        var environment = new AwsFolder(folder).credentials("[default]\n" + AwsFolder.KEYS + "region = us-east-1\n").environment();
        sdk = new SdkRunner(SdkClasses.services(), environment, new KeychainKeys(environment, new MemoryVault()));
        caller = new EngineAwsCaller(engine, sdk, environment);
    }

    @AfterEach
    void close() {
        sdk.close();
    }

    private static ExecutionResult result(ExecutionStatus status, Integer exitCode, String stdout, String stderr, String error) {
        return new ExecutionResult(UUID.randomUUID(), status, exitCode, stdout, stderr, error, Instant.now(), Instant.now(), null);
    }

    private void answers(String... stdouts) {
        for (var stdout : stdouts) {
            engine.results.add(result(ExecutionStatus.COMPLETED, 0, stdout, "", null));
        }
    }

    private void fails(String stderr) {
        engine.results.add(result(ExecutionStatus.COMPLETED, 254, "", stderr, null));
    }

    private static JsonNode json(String text) throws Exception {
        return Json.mapper().readTree(text);
    }

    private static AwsCall call(String service, String operation, String params) throws Exception {
        return new AwsCall(service, operation, json(params), "default", null);
    }

    private JsonNode describe(Transport transport) throws Exception {
        return caller.call(call("rds", "describe-db-instances", "{}"), transport);
    }

    private AwsException failure(AwsCall call, Transport transport) {
        try {
            throw new AssertionError("answered " + caller.call(call, transport));
        } catch (AwsException e) {
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void autoTakesTheSdkWhereItCan() throws Exception {
        answers("{}");
        describe(Transport.AUTO);
        caller.call(call("lambda", "list-functions", "{}"), Transport.AUTO);
        assertThat(engine.commands).containsExactly(
                new Command.AwsSdk("rds", "describe-db-instances", "{}", "default", "us-east-1"),
                new Command.AwsCli("lambda", "list-functions", List.of(), "default", "us-east-1"));
    }

    @Test
    void theSdkCannotDoEverything() throws Exception {
        var e = failure(call("lambda", "list-functions", "{}"), Transport.SDK);
        assertThat(e.problem()).isEqualTo(Problem.INVALID_CALL);
        assertThat(e).hasMessageContaining("use the transport cli");
        assertThat(engine.commands).isEmpty();
    }

    @Test
    void parametersGoToTheCliAsOneAsciiArgumentAndPageSizesAsOption() throws Exception {
        answers("{}");
        caller.call(call("ec2", "describe-instances", """
                {"MaxResults":50,"Filters":[{"Name":"tag:Name","Values":["$(x) \\"\u202E\uD83D\uDE00\\n"]}]}"""), Transport.CLI);
        var args = ((Command.AwsCli) engine.commands.getFirst()).args();
        assertThat(args).hasSize(4).startsWith("--page-size", "50", "--cli-input-json");
        assertThat(args.getLast()).matches("\\p{ASCII}+");
        assertThat(json(args.getLast())).isEqualTo(json("""
                {"Filters":[{"Name":"tag:Name","Values":["$(x) \\"\u202E\uD83D\uDE00\\n"]}]}"""));
    }

    @Test
    void s3IsS3ApiForBoth() throws Exception {
        answers("{}");
        caller.call(call("s3", "list-buckets", "{}"), Transport.CLI);
        caller.call(call("s3", "list-buckets", "{}"), Transport.SDK);
        assertThat(engine.commands).containsExactly(new Command.AwsCli("s3api", "list-buckets", List.of(), "default", "us-east-1"),
                new Command.AwsSdk("s3api", "list-buckets", "{}", "default", "us-east-1"));
    }

    @Test
    void noOutputIsAnEmptyAnswer() throws Exception {
        answers("\n");
        assertThat(describe(Transport.CLI)).isEqualTo(json("{}"));
    }

    @Test
    void timesOfTheCliComeInTheFormOfTheSdk() throws Exception {
        answers("{\"DBInstances\":[{\"InstanceCreateTime\":\"2026-01-01T10:30:00.000Z\",\"Engine\":null}]}");
        assertThat(describe(Transport.CLI)).isEqualTo(json("{\"DBInstances\":[{\"InstanceCreateTime\":\"2026-01-01T10:30:00+00:00\"}]}"));
    }

    @Test
    void followsPagesThatTheTransportDoesNotFollow() throws Exception {
        answers("{\"Fleets\":[1],\"State\":\"s\",\"NextToken\":\"a\"}", "{\"Fleets\":[2],\"NextToken\":\"b\"}", "{\"Fleets\":[3]}");
        assertThat(caller.call(call("newservice", "list-fleets", "{\"Kind\":\"k\"}"), Transport.AUTO))
                .isEqualTo(json("{\"Fleets\":[1,2,3],\"State\":\"s\"}"));
        assertThat(((Command.AwsCli) engine.commands.getLast()).args()).containsExactly("--cli-input-json", "{\"Kind\":\"k\",\"NextToken\":\"b\"}");
    }

    @Test
    void halfAnAnswerIsNone() throws Exception {
        answers("{\"Contents\":[],\"IsTruncated\":true}");
        assertThat(failure(call("s3api", "list-objects", "{\"Bucket\":\"b\"}"), Transport.CLI).code()).isEqualTo("Incomplete");
        assertThat(failure(call("ec2", "describe-instances", "{\"NextToken\":\"t\"}"), Transport.SDK).problem()).isEqualTo(Problem.INVALID_CALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>\u001B[2Jboo</html>", "[]", "\"text\"", "{", "{} trailing {", "null"})
    void whatIsNoJsonObjectIsNamedByLengthAndFirstCharacters(String stdout) throws Exception {
        answers(stdout);
        var e = failure(call("rds", "describe-db-instances", "{}"), Transport.CLI);
        assertThat(e.problem()).isEqualTo(Problem.PARSE);
        assertThat(e).hasMessageContaining(stdout.length() + " characters").hasMessageNotContaining("\u001B").hasNoCause();
    }

    @Test
    void triesAgainAfterThrottling() throws Exception {
        fails(THROTTLED);
        fails(THROTTLED);
        answers("{\"DBInstances\":[]}");
        assertThat(describe(Transport.SDK)).isEqualTo(json("{\"DBInstances\":[]}"));
        assertThat(engine.commands).hasSize(3);
    }

    @Test
    void givesUpAfterFourAttempts() throws Exception {
        fails("An error occurred (500) when calling the X operation: Internal Server Error");
        assertThat(failure(call("rds", "describe-db-instances", "{}"), Transport.SDK).problem()).isEqualTo(Problem.SERVER_ERROR);
        assertThat(engine.commands).hasSize(4);
    }

    @Test
    void triesADeadEndpointTwice() throws Exception {
        fails("Could not connect to the endpoint URL: \"http://127.0.0.1:1\"");
        assertThat(failure(call("rds", "describe-db-instances", "{}"), Transport.SDK).problem()).isEqualTo(Problem.NETWORK);
        assertThat(engine.commands).hasSize(2);
    }

    @Test
    void asksOnceWhereNothingWillChange() throws Exception {
        fails(DENIED);
        assertThat(failure(call("rds", "describe-db-instances", "{}"), Transport.SDK).problem()).isEqualTo(Problem.ACCESS_DENIED);
        assertThat(engine.commands).hasSize(1);
    }

    @Test
    void whatTheEngineRefusesIsAnInvalidCall() throws Exception {
        engine.refusal = new ExecutionException(ExecutionException.Problem.APPROVAL_REQUIRED, "not a plain read: it changes resources");
        assertThat(failure(call("rds", "stop-db-instance", "{}"), Transport.SDK))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_CALL)).hasMessageContaining("not a plain read");
    }

    @Test
    void saysThatThereIsNoCli() throws Exception {
        engine.results.add(result(ExecutionStatus.FAILED, null, "", "",
                "AWS CLI not found: there is no program aws on the PATH; try: pip install awscli"));
        assertThat(failure(call("rds", "describe-db-instances", "{}"), Transport.CLI).problem()).isEqualTo(Problem.NO_CLI);
    }

    @Test
    void parametersTooLongForAProcessGoThroughTheSdkOnly() throws Exception {
        answers("{}");
        var call = call("ec2", "describe-instances", "{\"InstanceIds\":[\"" + "i".repeat(130_000) + "\"]}");
        assertThat(failure(call, Transport.CLI)).hasMessageContaining("use the transport sdk");
        assertThat(caller.call(call, Transport.SDK)).isEqualTo(json("{}"));
    }

    @Test
    void anUnknownProfileNeedsNoProcess() throws Exception {
        var e = failure(new AwsCall("ec2", "describe-instances", null, "x'; rm", null), Transport.CLI);
        assertThat(e.problem()).isEqualTo(Problem.UNKNOWN_PROFILE);
        assertThat(engine.commands).isEmpty();
    }

    @Test
    void interruptingCancelsTheExecution() throws Exception {
        var outcome = new CompletableFuture<Object>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(describe(Transport.SDK));
            } catch (Exception e) {
                outcome.complete(e);
            }
        });
        thread.interrupt();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void interruptingEndsTheWaitBetweenAttempts() throws Exception {
        fails(THROTTLED);
        var outcome = new CompletableFuture<Object>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(describe(Transport.SDK));
            } catch (Exception e) {
                outcome.complete(e);
            }
        });
        var deadline = Instant.now().plus(Duration.ofSeconds(5));
        while (engine.commands.isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void callsOfOneServiceShareARate() throws Exception {
        answers("{}");
        var start = Instant.now();
        for (int i = 0; i < 45; i++) {
            describe(Transport.SDK);
        }
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(900));
        assertThatThrownBy(() -> caller.call(call("rds", "describe-db-instances", "[]"), Transport.SDK)).isInstanceOf(AwsException.class);
    }
}
