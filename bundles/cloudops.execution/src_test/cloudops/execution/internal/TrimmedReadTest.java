package cloudops.execution.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.spi.CommandRunner;

/** Sensitive reads that the program itself may do: what is sensitive about the answer never reaches it. */
class TrimmedReadTest {

    private static final String SECRET = "hunter2-\u202e\ud83d\ude80";
    private static final String ANSWER = """
            {
                "Functions": [
                    {
                        "FunctionName": "orders",
                        "Environment": {
                            "Variables": {"DB_PASSWORD": "%1$s", "EMPTY": "", "it's $(x)": "%1$s"},
                            "Error": {"ErrorCode": "AccessDenied", "Message": "%1$s"}
                        },
                        "ImageConfigResponse": {"ImageConfig": {"Command": ["--password", "%1$s"]}}
                    },
                    {"FunctionName": "bare", "Environment": null},
                    {"FunctionName": "odd", "Environment": {"Variables": [{"A": "stays a list of maps, whose entries are entries"}]}},
                    "no function"
                ]
            }
            """.formatted(SECRET);
    private static final String TRIMMED = """
            {"Functions":[{"FunctionName":"orders","Environment":{"Variables":{"DB_PASSWORD":null,"EMPTY":null,"it's $(x)":null},"Error":\
            {"ErrorCode":"AccessDenied"}}},{"FunctionName":"bare","Environment":null},\
            {"FunctionName":"odd","Environment":{"Variables":[{"A":null}]}},"no function"]}""";

    @TempDir
    private Path home;
    @TempDir
    private Path bin;

    @Test
    void secretsAreCutOutOfTheAnswerOfAProcess() throws Exception {
        try (var fixture = withAws(ANSWER, false)) {
            var result = fixture.engine.executeReadOnly(cli()).get(30, SECONDS);

            assertThat(result.succeeded()).as(result.error()).isTrue();
            assertThat(result.stdout()).isEqualTo(TRIMMED);
            assertThat(fixture.engine.history(HistoryFilter.ALL)).isEmpty();
        }
        assertThat(nothingHolds(SECRET, home)).isTrue();
    }

    @Test
    void secretsAreCutOutOfTheAnswerOfTheSdk() throws Exception {
        try (var fixture = new EngineFixture(home)) {
            fixture.engine.addRunner(new Sdk(ANSWER));

            assertThat(fixture.engine.executeReadOnly(sdk()).get(30, SECONDS).stdout()).isEqualTo(TRIMMED);
        }
        assertThat(nothingHolds(SECRET, home)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"Environment\": {\"Variables\": {\"P\": \"hunter2\"}}}]", "P\thunter2", "{\"P\": \"hunter2\"", "{} {\"P\": \"hunter2\"}"})
    void answerOfAnotherFormIsDroppedAndNotTakenForAnEmptyOne(String answer) throws Exception {
        try (var fixture = withAws(answer, false)) {
            var result = fixture.engine.executeReadOnly(cli()).get(30, SECONDS);

            assertThat(result.succeeded()).isFalse();
            assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.error()).contains("no JSON object").doesNotContain("hunter2");
        }
    }

    @Test
    void failedCallStaysAFailedCall() throws Exception {
        try (var fixture = new EngineFixture(home)) {
            fixture.engine.addRunner(new CommandRunner() {
                @Override
                public boolean accepts(Command command) {
                    return command instanceof AwsSdk;
                }

                @Override
                public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<Stream, String> output) {
                    output.accept(Stream.STDOUT, "{\"P\": \"hunter2\"");
                    output.accept(Stream.STDERR, "An error occurred (AccessDenied) when calling the ListFunctions operation: no");
                    return 254;
                }
            });
            var result = fixture.engine.executeReadOnly(sdk()).get(30, SECONDS);

            assertThat(result.status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(result.exitCode()).isEqualTo(254);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr()).contains("AccessDenied");
        }
    }

    @Test
    void onlyWhatIsListedIsReadAndOnlyAsAWhole() throws Exception {
        try (var fixture = withAws(ANSWER, false)) {
            for (var args : List.of(List.of("--query", "Functions[].Environment"), List.of("--output", "text"), List.of("--debug"),
                    List.of("--no-paginate"), List.of("--page-size"), List.of("--page-size", "x"), List.of("--generate-cli-skeleton", "output"),
                    List.of("--cli-input-json", "file://params.json"), List.of("--page-size", "5", "--outp", "text"))) {
                refused(fixture, ExecutionRequest.of(new AwsCli("lambda", "list-functions", args, "p", "us-east-1")));
            }
            for (var operation : List.of("get-function", "get-function-configuration", "list-versions-by-function", "list-functionz")) {
                refused(fixture, ExecutionRequest.of(new AwsCli("lambda", operation, List.of(), "p", "us-east-1")));
                refused(fixture, ExecutionRequest.of(new AwsSdk("lambda", operation, "{}", "p", "us-east-1")));
            }
            refused(fixture, cli().withEnv(Map.of("AWS_CONFIG_FILE", "/elsewhere")));
            refused(fixture, cli().withWorkingDir(home));
            refused(fixture, ExecutionRequest.of(new Command.Shell("aws lambda list-functions")));

            for (var args : List.of(List.of("--page-size", "50"), List.of("--cli-input-json", "{\"MaxItems\": 50}"))) {
                var request = ExecutionRequest.of(new AwsCli("lambda", "list-functions", args, "p", "us-east-1"));
                assertThat(fixture.engine.executeReadOnly(request).get(30, SECONDS).stdout()).isEqualTo(TRIMMED);
            }
        }
    }

    @Test
    void peopleAreStillAskedBeforeTheyAreShownTheWholeAnswer() throws Exception {
        try (var fixture = withAws(ANSWER, false)) {
            assertThat(fixture.engine.verdict(cli()).approvalRequired()).isTrue();
            assertThatThrownBy(() -> fixture.engine.execute(cli())).isInstanceOfSatisfying(ExecutionException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.APPROVAL_REQUIRED));
            assertThat(fixture.run(cli()).stdout()).contains(SECRET);
        }
    }

    @Test
    void readOnlyModeReadsTheTrimmedAnswer() throws Exception {
        try (var fixture = withAws(ANSWER, true)) {
            assertThat(fixture.engine.executeReadOnly(cli()).get(30, SECONDS).stdout()).isEqualTo(TRIMMED);
            assertThatThrownBy(() -> fixture.start(cli())).isInstanceOfSatisfying(ExecutionException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.READ_ONLY));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "ask"})
    void rulesOfTheUserForbidItAllTheSame(String decision) throws Exception {
        var rules = home.resolve("rules.yaml");
        Files.writeString(rules, decision + ":\n  - aws: lambda list-functions\n");
        Files.setPosixFilePermissions(rules, PosixFilePermissions.fromString("rw-------"));
        try (var fixture = withAws(ANSWER, false)) {
            assertThatThrownBy(() -> fixture.engine.executeReadOnly(cli())).isInstanceOf(ExecutionException.class);
        }
    }

    private static void refused(EngineFixture fixture, ExecutionRequest request) {
        assertThatThrownBy(() -> fixture.engine.executeReadOnly(request)).as(request.command().toString())
                .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.APPROVAL_REQUIRED));
    }

    private static ExecutionRequest cli() {
        return ExecutionRequest.of(new AwsCli("lambda", "list-functions", List.of(), "p", "us-east-1"));
    }

    private static ExecutionRequest sdk() {
        return ExecutionRequest.of(new AwsSdk("lambda", "list-functions", "{}", "p", "us-east-1"));
    }

    /** A CLI that prints {@code answer}. */
    private EngineFixture withAws(String answer, boolean readOnly) throws IOException {
        Files.writeString(bin.resolve("answer"), answer);
        Files.writeString(bin.resolve("aws"), "#!/bin/sh\ncat '" + bin.resolve("answer") + "'\n");
        Files.setPosixFilePermissions(bin.resolve("aws"), PosixFilePermissions.fromString("rwx------"));
        return new EngineFixture(home, Map.of("PATH", bin + ":/usr/bin:/bin"), Optional.empty(), readOnly);
    }

    private static boolean nothingHolds(String text, Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.UTF_8).contains(text)) {
                    return false;
                }
            }
        }
        return true;
    }

    private record Sdk(String answer) implements CommandRunner {
        @Override
        public boolean accepts(Command command) {
            return command instanceof AwsSdk;
        }

        @Override
        public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<Stream, String> output) {
            answer.lines().forEach(line -> output.accept(Stream.STDOUT, line));
            return 0;
        }
    }
}
