package cloudops.execution.internal.plan;

import static cloudops.execution.internal.plan.PlanFixture.graph;
import static cloudops.execution.internal.plan.PlanFixture.serial;
import static cloudops.execution.internal.plan.PlanFixture.states;
import static cloudops.execution.internal.plan.PlanFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.node.TextNode;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.PlanResult;
import cloudops.execution.PlanStep;
import cloudops.execution.spi.CommandRunner;

class ReferencesTest {

    @TempDir
    private Path home;
    private PlanFixture plans;

    @BeforeEach
    void open() {
        plans = new PlanFixture(home);
    }

    @AfterEach
    void close() throws Exception {
        plans.close();
    }

    /** A step that prints exactly {@code output}. */
    private PlanStep prints(String id, byte[] output) throws Exception {
        var file = Files.createTempFile(home, "printed", "");
        Files.write(file, output);
        return step(id, List.of("cat", file.toString()));
    }

    private PlanStep prints(String id, String output) throws Exception {
        return prints(id, output.getBytes(StandardCharsets.UTF_8));
    }

    /** A step that prints its argument and nothing else. */
    private static PlanStep echo(String argument, String... dependsOn) {
        return step("echo", List.of("printf", "%s", argument), dependsOn);
    }

    private String echoed(String output, String reference) throws Exception {
        var echo = echo(reference);
        assertThat(states(plans.run(serial(prints("a", output), echo)))).isEqualTo("a=completed:0 echo=completed:0");
        return plans.stdout(echo);
    }

    /** Why the step with the reference was not started. */
    private String refusal(byte[] output, String reference) throws Exception {
        var result = plans.run(serial(prints("a", output), echo(reference)));
        assertThat(states(result)).isEqualTo("a=completed:0 echo=failed");
        var last = result.steps().getLast();
        assertThat(last.result()).isNull();
        assertThat(plans.engine.history(HistoryFilter.plan(result.id())))
                .anySatisfy(entry -> assertThat(entry).satisfies(failed -> {
                    assertThat(failed.stepId()).isEqualTo("echo");
                    assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
                    assertThat(failed.error()).isEqualTo(last.reason());
                }));
        return last.reason();
    }

    private String refusal(String output, String reference) throws Exception {
        return refusal(output.getBytes(StandardCharsets.UTF_8), reference);
    }

    @Test
    void theWholeOutputWithoutWhiteSpaceAtItsEnds() throws Exception {
        assertThat(echoed(" \n\ti-0abc $(x) 'q' \"d\" ; | é\uD83D\uDE00 שלום\n\n", "${steps.a.stdout}"))
                .isEqualTo("i-0abc $(x) 'q' \"d\" ; | é\uD83D\uDE00 שלום");
    }

    @Test
    void textsNumbersAndBooleansByPointer() throws Exception {
        var json = "{\"Instances\":[{\"Id\":\"i-1\",\"n\":12345678901234567890,\"f\":0.10,\"t\":true,\"a/b\":\"slash\",\"m~n\":\"tilde\",\"\":\"empty\"}]}\n";
        for (var expected : Map.of("Id", "i-1", "n", "12345678901234567890", "f", "0.10", "t", "true", "a~1b", "slash", "m~0n", "tilde", "",
                "empty").entrySet()) {
            assertThat(echoed(json, "${steps.a.stdout:/Instances/0/" + expected.getKey() + "}")).isEqualTo(expected.getValue());
        }
        assertThat(echoed("[\"\\u05d0\\ud83d\\ude00\"]", "${steps.a.stdout:/0}")).isEqualTo("א\uD83D\uDE00");
    }

    @Test
    void standardErrorIsNoPartOfIt() throws Exception {
        var echo = echo("${steps.a.stdout}");
        plans.run(serial(step("a", List.of("sh", "-c", "echo err >&2; echo out")), echo));
        assertThat(plans.stdout(echo)).isEqualTo("out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "--endpoint-url=x", "@/etc/passwd", "file:///etc/passwd", "x FILE://y", "fileb://x", "http://169.254.169.254/",
            "HTTPS://evil", "a\nb", "a\tb", "a\u0000b", "a\u001b[2Jb", "a\u0085b", "a\u202Eb", "a\u2066b", "a\u2028b", "", " \n ", "\u00a0\u2003"})
    void hostileValuesAreRefused(String value) throws Exception {
        assertThat(refusal(value, "${steps.a.stdout}")).contains("${steps.a.stdout}").satisfiesAnyOf(
                reason -> assertThat(reason).endsWith(": refused"), reason -> assertThat(reason).contains("no value"));
        assertThat(refusal("{\"v\":" + TextNode.valueOf(value) + "}", "${steps.a.stdout:/v}"))
                .contains("${steps.a.stdout:/v}").endsWith(": refused");
    }

    @Test
    void reasonsDoNotRepeatTheValue() throws Exception {
        assertThat(refusal("--secret-of-the-estate", "${steps.a.stdout}")).doesNotContain("estate");
        assertThat(refusal("secret of {the} estate", "${steps.a.stdout:/x}")).doesNotContain("estate");
    }

    @Test
    void whatIsNoPlainValueAtThePointerIsRefused() throws Exception {
        assertThat(refusal("{\"a\":null}", "${steps.a.stdout:/a}")).contains("but null");
        assertThat(refusal("{\"a\":[1]}", "${steps.a.stdout:/a}")).contains("but an array");
        assertThat(refusal("{\"a\":{}}", "${steps.a.stdout:/a}")).contains("but an object");
        assertThat(refusal("{\"a\":1}", "${steps.a.stdout:/b}")).contains("nothing at /b");
        assertThat(refusal("[1]", "${steps.a.stdout:/1}")).contains("nothing at /1");
        assertThat(refusal("\"\\ud800\"", "${steps.a.stdout:/}")).contains("nothing at /");
        assertThat(refusal("[\"\\ud800\"]", "${steps.a.stdout:/0}")).contains("U+D800");
        for (var text : List.of("", "{", "not json", "{} {}", "{\"a\":1,\"a\":2}", "[".repeat(5_000))) {
            assertThat(refusal(text, "${steps.a.stdout:/a}")).contains("did not print one JSON value");
        }
    }

    @Test
    void tooMuchOrNoTextIsRefused() throws Exception {
        assertThat(echoed("x".repeat(32 * 1024), "${steps.a.stdout}")).hasSize(32 * 1024);
        assertThat(refusal("é".repeat(16 * 1024) + "x", "${steps.a.stdout}")).contains("32769 bytes");
        assertThat(refusal("[\"" + "x".repeat(1024 * 1024) + "\",1]", "${steps.a.stdout:/1}")).contains("more than 1024 KiB");
        assertThat(echoed("[\"" + "x".repeat(1024 * 1024 - 10) + "\",1]", "${steps.a.stdout:/1}")).isEqualTo("1");
        assertThat(refusal(new byte[] {'a', (byte) 0xff, 'b'}, "${steps.a.stdout}")).contains("not UTF-8");
    }

    @Test
    void aDoubledDollarIsTheCharactersThemselves() throws Exception {
        assertThat(echoed("x", "$${steps.a.stdout}")).isEqualTo("${steps.a.stdout}");
        assertThat(echoed("x", "a ${HOME} $${b} $")).isEqualTo("a ${HOME} $${b} $");
    }

    @Test
    void awsArgumentsMayHaveThemInside() throws Exception {
        var aws = home.resolve("bin/aws");
        Files.createDirectory(aws.getParent());
        Files.writeString(aws, "#!/bin/sh\nprintf '<%s>' \"$@\"\n");
        Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwx------"));
        try (var withAws = new PlanFixture(home, Map.of("PATH", aws.getParent() + ":/usr/bin:/bin"), false)) {
            var id = prints("a", "db-1\n");
            var stop = aws("stop", "arn:${steps.a.stdout}:x", "${steps.a.stdout}");
            assertThat(withAws.run(serial(id, stop)).succeeded()).isTrue();
            assertThat(withAws.stdout(stop)).startsWith("<rds><stop-db-instance><arn:db-1:x><db-1>");

            for (var value : List.of("x,Name=y", "x\"y", "x y", "{x}", "a=b", "x]", "*")) {
                var result = withAws.run(serial(prints("a", value), aws("stop", "Name=${steps.a.stdout}")));
                assertThat(result.steps().getLast().reason()).as(value).contains("could end the text around it");
            }
            for (var argument : List.of("f${steps.a.stdout}", "${steps.a.stdout}//etc/passwd")) {
                var result = withAws.run(serial(prints("a", argument.startsWith("f") ? "ile:///etc/passwd" : "file:"), aws("stop", argument)));
                assertThat(result.steps().getLast().reason()).as(argument).contains("makes an address");
            }
        }
    }

    private static PlanStep aws(String id, String... args) {
        return new PlanStep(id, ExecutionRequest.of(new AwsCli("rds", "stop-db-instance", List.of(args), null, null)), List.of(), null);
    }

    @Test
    void valuesThatMakeAReadGraverAreRefused() throws Exception {
        // an option that an output completes: harmless as it is written, another endpoint as it would run
        var read = new PlanStep("read", ExecutionRequest.of(new AwsCli("rds", "describe-db-instances", List.of("--${steps.a.stdout}", "x"), null, null)),
                List.of(), null);
        var result = plans.run(serial(prints("a", "endpoint-url"), read));

        assertThat(states(result)).isEqualTo("a=completed:0 read=failed");
        assertThat(result.steps().getLast().reason()).contains("graver than what was approved", "endpoint of its own");
    }

    @Test
    void variablesAndScriptsMayHaveThem() throws Exception {
        var script = Files.writeString(home.resolve("s.sh"), "echo \"$1 $STEP_NAME\"\n");
        var request = ExecutionRequest.of(new Command.Script(Command.Interpreter.SH, script, List.of("${steps.a.stdout}")))
                .withEnv(Map.of("STEP_NAME", "n-${steps.a.stdout}"));
        var last = new PlanStep("b", request, List.of("a"), null);
        assertThat(plans.run(graph(prints("a", "v"), last)).succeeded()).isTrue();
        assertThat(plans.stdout(last)).isEqualTo("v n-v\n");
        assertThat(plans.engine.status(request.id()).command()).contains("s.sh v");
    }

    @Test
    void parametersOfInProcessCallsMayHaveThemInTheirTexts() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        plans.engine.addRunner(new CommandRunner() {
            @Override
            public boolean accepts(Command command) {
                return command instanceof AwsSdk;
            }

            @Override
            public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<Stream, String> output) {
                seen.add(((AwsSdk) request.command()).params());
                return 0;
            }
        });
        var params = "{\"Id\":\"${steps.a.stdout}\",\"List\":[{\"Arn\":\"arn:${steps.a.stdout}\"}],\"N\":1.50,\"Big\":12345678901234567890}";
        var call = new PlanStep("call", ExecutionRequest.of(new AwsSdk("rds", "stop-db-instance", params, null, null)), List.of("a"), null);

        assertThat(plans.run(graph(prints("a", "x"), call)).succeeded()).isTrue();
        assertThat(seen.poll()).isEqualTo("{\"Id\":\"x\",\"List\":[{\"Arn\":\"arn:x\"}],\"N\":1.50,\"Big\":12345678901234567890}");

        PlanResult refused = plans.run(graph(prints("a", "x\",\"Y\":\"z"), new PlanStep("call", call.request().withId(UUID.randomUUID()),
                List.of("a"), null)));
        assertThat(refused.steps().getLast().reason()).contains("could end the text around it");
        assertThat(seen).isEmpty();
    }

    @Test
    void manyStepsMayUseOneOutput() throws Exception {
        var steps = new ArrayList<PlanStep>();
        steps.add(prints("a", "{\"pad\":\"" + "x".repeat(900_000) + "\",\"v\":\"y\"}"));
        for (int i = 0; i < 200; i++) {
            steps.add(step("u" + i, List.of("test", "${steps.a.stdout:/v}", "=", "y"), "a"));
        }
        assertThat(plans.run(PlanFixture.plan(new Strategy.Graph(16), steps)).succeeded()).isTrue();
    }

    @Test
    void theHashIsOverTheReferencesAsWritten() {
        var one = serial(step("a", List.of("echo", "x")), step("b", List.of("echo", "${steps.a.stdout}")));
        var other = serial(step("a", List.of("echo", "x")), step("b", List.of("echo", "${steps.a.stdout:/x}")));
        assertThat(plans.engine.approvalHash(one)).isNotEqualTo(plans.engine.approvalHash(other));
        assertThatThrownBy(() -> plans.engine.executePlan(other.withApproval(plans.approved(one).approval()))).isInstanceOf(ExecutionException.class)
                .hasMessageContaining("something else");
    }
}
