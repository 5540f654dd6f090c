package cloudops.execution.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;
import cloudops.execution.Command.Interpreter;
import cloudops.execution.Command.Script;
import cloudops.execution.Command.Shell;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.PlanFile;
import cloudops.execution.PlanFileException;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanStep;
import cloudops.model.Risk;

class PlanFileTest {

    private static final String GOOD = """
            description: Stop the test databases
            strategy: {type: graph, max_concurrency: 2}
            steps:
              - id: find
                command:
                  type: aws_cli
                  service: rds
                  operation: describe-db-instances
                  args: [--max-items, '5']
                  profile: prod
                  region: eu-west-1
              - id: stop
                depends_on: [find]
                description: Stop the first
                command:
                  type: aws_sdk
                  service: rds
                  operation: stop-db-instance
                  params:
                    DBInstanceIdentifier: ${steps.find.stdout:/DBInstances/0/DBInstanceIdentifier}
                timeout_ms: 5000
                risk: high
                resource_id: arn:x
                context_id: ticket
                metadata: {tags: {k: v}, account_id: '123456789012'}
              - id: report
                depends_on: [stop]
                command: {type: script, interpreter: bash, file: bin/report.sh, args: [a b]}
                working_dir: work
                env: {NAME: "x"}
              - id: shell
                command: {type: shell, script: "a; b"}
              - id: exec
                command: {type: exec, argv: [echo, "שלום \\U0001F600 $(x)"]}
            """;

    @TempDir
    private Path folder;

    private static ExecutionPlan plan(String text) throws PlanFileException {
        return PlanFile.of(text.getBytes(StandardCharsets.UTF_8), null).plan();
    }

    private static List<PlanProblem> problems(String text) {
        return problems(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<PlanProblem> problems(byte[] content) {
        var refused = catchThrowableOfType(PlanFileException.class, () -> PlanFile.of(content, null));
        return refused == null ? List.of() : refused.problems();
    }

    @Test
    void aPlanIsReadAsItIsWritten() throws Exception {
        var file = Files.writeString(folder.resolve("plan.yaml"), GOOD);
        var plan = PlanFile.read(file).plan();

        assertThat(plan.description()).isEqualTo("Stop the test databases");
        assertThat(plan.strategy()).isEqualTo(new Strategy.Graph(2));
        assertThat(plan.approval()).isNull();
        assertThat(plan.steps()).extracting(PlanStep::id).containsExactly("find", "stop", "report", "shell", "exec");
        assertThat(plan.steps()).extracting(step -> step.request().command()).containsExactly(
                new AwsCli("rds", "describe-db-instances", List.of("--max-items", "5"), "prod", "eu-west-1"),
                new AwsSdk("rds", "stop-db-instance",
                        "{\"DBInstanceIdentifier\":\"${steps.find.stdout:/DBInstances/0/DBInstanceIdentifier}\"}", null, null),
                new Script(Interpreter.BASH, folder.resolve("bin/report.sh"), List.of("a b")), new Shell("a; b"),
                new Exec(List.of("echo", "שלום \uD83D\uDE00 $(x)")));
        var stop = plan.steps().get(1);
        assertThat(stop.dependsOn()).containsExactly("find");
        assertThat(stop.description()).isEqualTo("Stop the first");
        assertThat(stop.request()).satisfies(request -> {
            assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
            assertThat(request.risk()).isEqualTo(Risk.HIGH);
            assertThat(request.resourceId()).isEqualTo("arn:x");
            assertThat(request.contextId()).isEqualTo("ticket");
            assertThat(request.metadata().tags()).isEqualTo(Map.of("k", "v"));
            assertThat(request.metadata().accountId()).isEqualTo("123456789012");
        });
        assertThat(plan.steps().get(2).request()).satisfies(request -> {
            assertThat(request.workingDir()).isEqualTo(folder.resolve("work"));
            assertThat(request.env()).isEqualTo(Map.of("NAME", "x"));
        });
    }

    @Test
    void jsonIsReadByTheSameReader() throws Exception {
        var id = UUID.randomUUID();
        var plan = plan("{\n\t\"id\": \"" + id + "\",\n\t\"steps\": [{\"id\": \"a\", \"request_id\": \"" + new UUID(1, 2)
                + "\",\n\t\"command\": {\"type\": \"exec\", \"argv\": [\"true\"]}}]\n}");

        assertThat(plan.id()).isEqualTo(id);
        assertThat(plan.strategy()).isEqualTo(new Strategy.Serial(false));
        assertThat(plan.steps().getFirst().request().id()).isEqualTo(new UUID(1, 2));
    }

    @Test
    void strategiesHaveDefaults() throws Exception {
        var steps = "\nsteps: [{id: a, command: {type: shell, script: x}}]";
        assertThat(plan("strategy: {type: serial, continue_on_error: true}" + steps).strategy()).isEqualTo(new Strategy.Serial(true));
        assertThat(plan("strategy: {type: serial}" + steps).strategy()).isEqualTo(new Strategy.Serial(false));
        assertThat(plan("strategy: {type: parallel}" + steps).strategy()).isEqualTo(new Strategy.Parallel(4));
        assertThat(plan("strategy: {type: graph, max_concurrency: 1}" + steps).strategy()).isEqualTo(new Strategy.Graph(1));
    }

    @Test
    void idsAreNewAtEachReading() throws Exception {
        var one = plan(GOOD);
        var two = plan(GOOD);
        assertThat(one.id()).isNotEqualTo(two.id());
        assertThat(one.steps().getFirst().request().id()).isNotEqualTo(two.steps().getFirst().request().id());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            depends_on: [find]                  | depends_on: [fnd]                      | 13 | steps[1].depends_on[0] | no step has the ID fnd; try: find, stop
            depends_on: [find]                  | depends_on: [stop]                     | 13 | steps[1].depends_on[0] | depends on itself
            depends_on: [find]                  | depends_on: [report]                   | 13 | steps[1].depends_on    | stop → report → stop
            depends_on: [find]                  | depends_on: find                       | 13 | steps[1].depends_on    | array expected
            depends_on: [find]                  | depend_on: [find]                      | 13 | steps[1].depend_on     | try: id, description, depends_on
            - id: shell                         | - id: exec                             | 33 | steps[4].id            | steps[3] has the ID exec too
            - id: shell                         | - id: a b                              | 31 | steps[3].id            | pattern
            - id: shell                         | - di: shell                            | 31 | steps[3]               | 'id' is missing
            type: graph, max_concurrency: 2     | type: graph, max_concurrency: 0        | 2  | strategy.max_concurrency | minimum
            type: graph, max_concurrency: 2     | type: serial, max_concurrency: 2       | 2  | strategy.max_concurrency | try: type, continue_on_error
            type: graph, max_concurrency: 2     | type: wild                             | 2  | strategy.type          | enum
            type: graph, max_concurrency: 2     | type: parallel                         | 13 | steps[1].depends_on    | the strategy graph
            operation: describe-db-instances    | operation: --describe                  | 8  | steps[0].command.operation | pattern
            args: [--max-items, '5']            | args: [--max-items, 5]                 | 9  | steps[0].command.args[1] | put it in quotes
            args: [--max-items, '5']            | argv: [x]                              | 9  | steps[0].command.argv  | try: type, service, operation, args
            type: aws_sdk                       | type: aws                              | 16 | steps[1].command.type  | enum
            timeout_ms: 5000                    | timeout_ms: 0                          | 21 | steps[1].timeout_ms    | minimum
            timeout_ms: 5000                    | timeout_ms: soon                       | 21 | steps[1].timeout_ms    | integer
            risk: high                          | risk: huge                             | 22 | steps[1].risk          | enum
            account_id: '123456789012'          | account_id: '1'                        | 25 | steps[1].metadata.account_id | pattern
            env: {NAME: "x"}                    | env: {CLOUDOPS_X: "x"}                 | 30 | steps[2].env           | CLOUDOPS_X
            env: {NAME: "x"}                    | env: {NAME: 1}                         | 30 | steps[2].env.NAME      | put it in quotes
            env: {NAME: "x"}                    | env: {STEP_NAME: "${steps.find.stdout}"} | 30 | steps[2].env.STEP_NAME | add it to depends_on
            script: "a; b"                     | script: " "                            | 31 | steps[3]               | empty
            script: "a; b"                     | script: "a ${steps.find.stdout}"       | 32 | steps[3].command.script | may not stand here
            :/DBInstances/0/DBInstanceIdentifier | :DBInstances                          | 20 | steps[1].command.params.DBInstanceIdentifier | not a reference
            """)
    void errorsAreReportedByLine(String old, String replacement, int line, String path, String message) {
        assertThat(GOOD).contains(old);
        assertThat(problems(GOOD.replace(old, replacement))).anySatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.message()).contains(message);
        }).hasSizeLessThan(4);
    }

    @Test
    void everyErrorIsReportedAtOnceAndInOrder() {
        var text = """
                steps:
                  - id: a
                    depends_on: [b]
                    comand: {type: exec, argv: [x]}
                  - id: b
                    depends_on: [a, none]
                    command: {type: exec, argv: []}
                  - id: a
                    command: {type: exec, argv: [x]}
                    timeout_ms: -1
                strategy: {type: graph}
                """;
        assertThat(problems(text)).extracting(PlanProblem::toString).satisfiesExactly(
                one -> assertThat(one).startsWith("line 2: steps[0]: 'command' is missing"),
                two -> assertThat(two).startsWith("line 3: steps[0].depends_on: a cycle").contains("a → b → a"),
                three -> assertThat(three).startsWith("line 4: steps[0].comand: not known here; try: id, description,"),
                four -> assertThat(four).startsWith("line 6: steps[1].depends_on[1]: no step has the ID none"),
                five -> assertThat(five).startsWith("line 7: steps[1].command.argv: "),
                six -> assertThat(six).startsWith("line 8: steps[2].id: steps[0] has the ID a too"),
                seven -> assertThat(seven).startsWith("line 10: steps[2].timeout_ms: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "x", "42", "steps: []", "steps: x", "steps: [x]", "steps: [null]", "steps: [[]]", "steps: [{}]", "{", "{}",
            "steps: [{id: 1, command: {type: shell, script: x}}]", "steps: [{id: a, command: null}]", "steps: [{id: a, command: [x]}]",
            "a: &a [1]\nb: *a", "a: 1\na: 2", "--- {}\n--- {}", "steps: [{id: a, command: {type: shell, script: \"a\\0b\"}}]",
            "steps: [{id: a, command: {type: script, interpreter: sh, file: \"a\\0b\"}}]", "id: 1\nsteps: [{id: a, command: {type: shell, script: x}}]",
            "steps: [{id: a, request_id: x, command: {type: shell, script: x}}]", "description: 1\nsteps: [{id: a, command: {type: shell, script: x}}]",
            "steps: [{id: a, working_dir: \"a\\0b\", command: {type: shell, script: x}}]", "approval: {}\nsteps: [{id: a, command: {type: shell, script: x}}]",
            "steps: [{id: a, approval: {}, command: {type: shell, script: x}}]", "steps: [{id: a, depends_on: [1], command: {type: shell, script: x}}]",
            "steps: [{id: a, depends_on: {a: b}, command: {type: shell, script: x}}]", "strategy: x\nsteps: [{id: a, command: {type: shell, script: x}}]"})
    void whatIsNoPlanIsRefused(String text) {
        assertThat(problems(text)).isNotEmpty().allSatisfy(problem -> assertThat(problem.message()).isNotBlank());
    }

    @Test
    void whatIsTooLargeOrNoTextIsRefused() {
        assertThat(problems(new byte[PlanFile.MAX_BYTES + 1])).singleElement().asString().contains("larger than 1024 KiB");
        assertThat(problems(new byte[] {'a', ':', (byte) 0xff})).singleElement().asString().contains("not UTF-8");
        assertThat(problems("[".repeat(1_000_000))).hasSize(1);
    }

    @Test
    void tenThousandStepsAreReadAndMoreAreRefused() throws Exception {
        assertThat(plan(many(10_000)).steps()).hasSize(10_000);
        assertThat(problems(many(10_001))).isNotEmpty().anySatisfy(problem -> assertThat(problem.path()).isEqualTo("steps"));
    }

    private static String many(int steps) {
        return "strategy: {type: graph}\nsteps:\n" + IntStream.range(0, steps)
                .mapToObj(i -> "- {id: s" + i + (i == 0 ? "" : ", depends_on: [s" + (i - 1) + "]") + ", command: {type: shell, script: x}}\n")
                .collect(Collectors.joining());
    }

    @Test
    void filesThatAreNotThere() {
        assertThatThrownBy(() -> PlanFile.read(folder.resolve("no.yaml"))).isInstanceOf(PlanFileException.class).hasMessageContaining("no such file");
        assertThatThrownBy(() -> PlanFile.read(folder)).isInstanceOf(PlanFileException.class).hasMessageContaining("cannot be read");
    }

    @Test
    void whatTheEngineFindsGetsItsLine() throws Exception {
        var file = PlanFile.of(GOOD.getBytes(StandardCharsets.UTF_8), null);
        try (var plans = new PlanFixture(folder, System.getenv(), true)) {
            assertThat(file.located(plans.engine.problems(file.plan()))).extracting(PlanProblem::toString)
                    .anySatisfy(problem -> assertThat(problem).startsWith("line 12: steps[1]: read-only mode"))
                    .anySatisfy(problem -> assertThat(problem).startsWith("line 33: steps[4]: read-only mode"));
        }
    }
}
