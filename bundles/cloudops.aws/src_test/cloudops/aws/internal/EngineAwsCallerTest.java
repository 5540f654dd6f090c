package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.json.Json;
import cloudops.model.Environment;

class EngineAwsCallerTest {

    private static final List<String> LIMITS = List.of("--cli-connect-timeout", "2", "--cli-read-timeout", "30");
    private static final String DENIED = "An error occurred (AccessDenied) when calling the X operation: no";
    private static final String THROTTLED = "An error occurred (Throttling) when calling the X operation: Rate exceeded";

    /** Plays back results, the last one for ever, and keeps the commands. */
    private static final class ScriptedEngine extends ReadingEngine {
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
    }

    @TempDir
    Path folder;
    private final ScriptedEngine engine = new ScriptedEngine();
    private final Pacing pacing = new Pacing();
    private Environment environment;
    private SdkRunner sdk;
    private EngineAwsCaller caller;

    @BeforeEach
    void caller() {
        environment = new AwsFolder(folder).credentials("[default]\n" + AwsFolder.KEYS + "region = us-east-1\n").environment();
        sdk = new SdkRunner(SdkClasses.services(), environment, new KeychainKeys(environment, new MemoryVault()), pacing);
        caller = new EngineAwsCaller(engine, sdk, environment, pacing);
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

    private static AwsCall call(String service, String operation) {
        return new AwsCall(service, operation, null, "default", null);
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
        answers("{\"Things\":[]}");
        describe(Transport.AUTO);
        caller.call(call("lambda", "list-functions", "{}"), Transport.AUTO);
        assertThat(engine.commands).containsExactly(
                new Command.AwsSdk("rds", "describe-db-instances", "{}", "default", "us-east-1"),
                new Command.AwsCli("lambda", "list-functions", LIMITS, "default", "us-east-1"));
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
        answers("{\"Reservations\":[]}");
        caller.call(call("ec2", "describe-instances", """
                {"MaxResults":50,"Filters":[{"Name":"tag:Name","Values":["$(x) \\"\u202E\uD83D\uDE00\\n"]}]}"""), Transport.CLI);
        var args = ((Command.AwsCli) engine.commands.getFirst()).args();
        assertThat(args).hasSize(8).startsWith("--page-size", "50", "--cli-input-json").endsWith(LIMITS.toArray(String[]::new));
        assertThat(args.get(3)).matches("\\p{ASCII}+");
        assertThat(json(args.get(3))).isEqualTo(json("""
                {"Filters":[{"Name":"tag:Name","Values":["$(x) \\"\u202E\uD83D\uDE00\\n"]}]}"""));
    }

    @Test
    void s3IsS3ApiForBoth() throws Exception {
        answers("{\"Buckets\":[]}");
        caller.call(call("s3", "list-buckets", "{}"), Transport.CLI);
        caller.call(call("s3", "list-buckets", "{}"), Transport.SDK);
        assertThat(engine.commands).containsExactly(new Command.AwsCli("s3api", "list-buckets", LIMITS, "default", "us-east-1"),
                new Command.AwsSdk("s3api", "list-buckets", "{}", "default", "us-east-1"));
    }

    @Test
    void noOutputIsAnAnswerWithoutMembers() throws Exception {
        answers("\n");
        assertThat(caller.call(call("s3api", "head-bucket", "{\"Bucket\":\"b\"}"), Transport.CLI)).isEqualTo(json("{}"));
        assertThat(caller.call(call("sqs", "list-queue-tags", "{\"QueueUrl\":\"q\"}"), Transport.CLI)).as("has no tags").isEqualTo(json("{}"));
        assertThat(caller.call(call("s3api", "get-bucket-versioning", "{\"Bucket\":\"b\"}"), Transport.CLI)).isEqualTo(json("{}"));
        assertThat(caller.call(call("s3api", "list-objects-v2", "{\"Bucket\":\"b\"}"), Transport.SDK)).isEqualTo(json("{}"));
    }

    private List<String> operations() {
        return engine.commands.stream().map(command -> ((Command.AwsCli) command).operation()).toList();
    }

    @Test
    void noQueuesAreNoneOnlyWhenAwsIsThere() throws Exception {
        answers("");
        fails("An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: no such queue");
        answers("");
        assertThat(caller.call(call("sqs", "list-queues", "{}"), Transport.CLI)).isEqualTo(json("{}"));
        assertThat(operations()).containsExactly("list-queues", "get-queue-url", "list-queues");
    }

    @Test
    void queuesThatWereHiddenForAMomentAreListed() throws Exception {
        answers("");
        fails(DENIED);
        answers("{\"QueueUrls\":[\"q\"]}");
        assertThat(caller.call(call("sqs", "list-queues", "{\"MaxResults\":1000}"), Transport.CLI)).isEqualTo(json("{\"QueueUrls\":[\"q\"]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "An error occurred (403) when calling the GetQueueUrl operation: Forbidden",
            "Could not connect to the endpoint URL: \"x\"", "An error occurred (Other) when calling the GetQueueUrl operation: x"})
    void noQueuesAreNoAnswerWhereNobodyProvesToBeAws(String proof) {
        answers("");
        if (proof.isEmpty()) {
            answers("");
        } else {
            fails(proof);
        }
        var e = failure(call("sqs", "list-queues"), Transport.CLI);
        assertThat(operations()).startsWith("list-queues", "get-queue-url").containsOnlyOnce("list-queues");
        if (proof.isEmpty()) {
            assertThat(e.problem()).isEqualTo(Problem.PARSE);
            assertThat(e).hasMessageEndingWith("; try: the transport sdk");
        }
    }

    @Test
    void whatCannotBeProvedIsNoAnswer() throws Exception {
        answers("{\"RequestCharged\":null}");
        var e = failure(call("s3api", "list-objects-v2", "{\"Bucket\":\"b\"}"), Transport.CLI);
        assertThat(e.problem()).isEqualTo(Problem.PARSE);
        assertThat(e).hasMessageEndingWith("; try: the transport sdk");
        assertThat(operations()).containsExactly("list-objects-v2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"rds|describe-db-instances|{}", "rds|describe-db-instances|''", "lambda|list-functions|''",
            "s3api|list-buckets|{\"Owner\":null,\"Prefix\":null}", "newservice|list-things|{\"Things\":null}",
            "apigateway|get-rest-apis|{}", "apigatewayv2|get-apis|''", "iam|get-account-authorization-details|{}"})
    void aListingWithoutAListIsNoAnswer(String service, String operation, String stdout) throws Exception {
        answers(stdout);
        for (var transport : List.of(Transport.CLI, Transport.AUTO)) {
            var e = failure(call(service, operation, "{}"), transport);
            assertThat(e.problem()).isEqualTo(Problem.PARSE);
            assertThat(e.code()).isEqualTo("EmptyAnswer");
        }
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
        assertThat(((Command.AwsCli) engine.commands.getLast()).args()).startsWith("--cli-input-json", "{\"Kind\":\"k\",\"NextToken\":\"b\"}");
    }

    private List<JsonNode> pages(AwsCall call, Transport transport) throws Exception {
        var pages = new ArrayList<JsonNode>();
        caller.pages(call, transport, pages::add);
        return pages;
    }

    @Test
    void handsOnOnePageAfterTheOther() throws Exception {
        answers("{\"Reservations\":[1],\"NextToken\":\"a\"}", "{\"Reservations\":[],\"NextToken\":\"b\"}", "{\"Reservations\":[3]}");
        assertThat(pages(call("ec2", "describe-instances", "{\"MaxResults\":5}"), Transport.AUTO)).containsExactly(
                json("{\"Reservations\":[1]}"), json("{\"Reservations\":[]}"), json("{\"Reservations\":[3]}"));
        assertThat(engine.commands).extracting(command -> ((Command.AwsSdk) command).params()).containsExactly(
                "{\"MaxResults\":5,\"NextToken\":null}", "{\"MaxResults\":5,\"NextToken\":\"a\"}", "{\"MaxResults\":5,\"NextToken\":\"b\"}");
    }

    @Test
    void whatIsNoPageIsHandedOnAtOnce() throws Exception {
        answers("{\"KeyPairs\":[1]}");
        assertThat(pages(call("ec2", "describe-key-pairs", "{}"), Transport.SDK)).containsExactly(json("{\"KeyPairs\":[1]}"));
        assertThat(pages(call("ec2", "describe-instances", "{}"), Transport.CLI)).hasSize(1);
        assertThat(engine.commands.getLast()).as("the CLI follows pages itself").isInstanceOf(Command.AwsCli.class);
    }

    @Test
    void aPageThatFailsLeavesThoseBefore() throws Exception {
        answers("{\"Reservations\":[1],\"NextToken\":\"a\"}");
        fails(DENIED);
        var pages = new ArrayList<JsonNode>();
        assertThatThrownBy(() -> caller.pages(call("ec2", "describe-instances", "{}"), Transport.SDK, pages::add))
                .isInstanceOfSatisfying(AwsException.class, e -> assertThat(e.problem()).isEqualTo(Problem.ACCESS_DENIED));
        assertThat(pages).containsExactly(json("{\"Reservations\":[1]}"));
    }

    @Test
    void aListingThatGoesInCirclesFails() throws Exception {
        answers("{\"Reservations\":[1],\"NextToken\":\"a\"}");
        assertThatThrownBy(() -> pages(call("ec2", "describe-instances", "{}"), Transport.SDK))
                .isInstanceOfSatisfying(AwsException.class, e -> assertThat(e.code()).isEqualTo("Incomplete"));
        assertThatThrownBy(() -> pages(call("ec2", "describe-instances", "{\"NextToken\":\"t\"}"), Transport.SDK)).isInstanceOf(AwsException.class);
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
        answers("{\"Reservations\":[]}");
        var call = call("ec2", "describe-instances", "{\"InstanceIds\":[\"" + "i".repeat(130_000) + "\"]}");
        assertThat(failure(call, Transport.CLI)).hasMessageContaining("use the transport sdk");
        assertThat(caller.call(call, Transport.SDK)).isEqualTo(json("{\"Reservations\":[]}"));
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
    void learnsWhoseAProfileIs() throws Exception {
        answers("{\"Account\":\"123456789012\",\"Arn\":\"arn:aws:iam::123456789012:user/ann\"}");
        var profile = new AwsFiles(environment).profile("default");
        assertThat(pacing.accounts().of(profile)).isEqualTo("profile default");
        caller.call(call("sts", "get-caller-identity", "{}"), Transport.SDK);
        assertThat(pacing.accounts().of(profile)).isEqualTo("123456789012");
    }

    @Test
    void throttlingLowersTheRateOfItsServiceOnly() throws Exception {
        fails(THROTTLED);
        answers("{\"DBInstances\":[]}");
        describe(Transport.SDK);
        assertThat(pacing.rate(route("rds"))).isEqualTo(10);
        assertThat(pacing.rate(route("ec2"))).isEqualTo(20);
    }

    @Test
    void anEndpointThatIsDeadIsLeftAlone() throws Exception {
        fails("Could not connect to the endpoint URL: \"http://127.0.0.1:1\"");
        describeFails();
        describeFails();
        assertThat(engine.commands).hasSize(3);
        for (var transport : List.of(Transport.SDK, Transport.CLI)) {
            var e = failure(call("rds", "describe-db-instances", "{}"), transport);
            assertThat(e.problem()).isEqualTo(Problem.NETWORK);
            assertThat(e.code()).isEqualTo("EndpointDown");
            assertThat(e).hasMessageContaining("rds in us-east-1").hasMessageContaining("; try: check the network");
        }
        assertThat(engine.commands).hasSize(3);
        assertThat(failure(call("ec2", "describe-instances", "{}"), Transport.SDK).code()).isEqualTo("CannotConnect");
    }

    @Test
    void silenceIsPatienceEnough() throws Exception {
        fails("Read timeout on endpoint URL: \"http://127.0.0.1:1\"");
        assertThat(failure(call("rds", "describe-db-instances", "{}"), Transport.SDK).code()).isEqualTo("NoAnswer");
        assertThat(engine.commands).hasSize(1);
    }

    private void describeFails() throws Exception {
        assertThat(failure(call("rds", "describe-db-instances", "{}"), Transport.SDK).problem()).isEqualTo(Problem.NETWORK);
    }

    private Route route(String service) throws Exception {
        var files = new AwsFiles(environment);
        return Route.of(Target.of(files, service, "default", null), service, files, pacing.accounts());
    }

    /** Of many calls at once, the engine has as many processes as there may be; the others follow as those end. */
    @Test
    void onlySoManyProcessesRunAtOnce() throws Exception {
        int most = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        var running = new LinkedBlockingQueue<CompletableFuture<ExecutionResult>>();
        var counting = new ReadingEngine() {
            @Override
            public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) {
                var process = new CompletableFuture<ExecutionResult>();
                running.add(process);
                return process;
            }
        };
        var limited = new EngineAwsCaller(counting, sdk, environment, pacing);
        int all = most + 6;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<JsonNode>>();
            for (int i = 0; i < all; i++) {
                // a region each, so that no rate holds them up
                var call = new AwsCall("rds", "describe-db-instances", json("{}"), "default", "eu-west-" + i);
                answers.add(threads.submit(() -> limited.call(call, Transport.CLI)));
            }
            var first = new ArrayList<CompletableFuture<ExecutionResult>>();
            for (int i = 0; i < most; i++) {
                first.add(running.poll(1, TimeUnit.MINUTES));
            }
            assertThat(first).doesNotContainNull();
            assertThat(running.poll(200, TimeUnit.MILLISECONDS)).as("one too many").isNull();
            for (int i = 0; i < all; i++) {
                var process = i < most ? first.get(i) : running.poll(1, TimeUnit.MINUTES);
                process.complete(result(ExecutionStatus.COMPLETED, 0, "{\"DBInstances\": []}", "", null));
            }
            for (var answer : answers) {
                assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(json("{\"DBInstances\": []}"));
            }
        }
    }
}
