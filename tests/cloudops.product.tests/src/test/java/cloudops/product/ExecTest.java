package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import cloudops.demo.DemoSession;

/** {@code exec}, {@code plan} and {@code executions}: each command a process of its own, all at once on one home. */
@Execution(ExecutionMode.CONCURRENT)
class ExecTest {

    @TempDir
    static Path folder;

    private static DemoSession demo;
    private static Product product;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoSession.start(0, false, line -> {
        });
        product = new Product(folder).with("AWS_CONFIG_FILE", demo.environment().awsConfigFile().toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", demo.environment().awsCredentialsFile().toString())
                .with("CLOUDOPS_HOME", folder.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
        // makes the home, so that no two tests do
        assertThat(product.run("exec", "--", "true").exit()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        demo.close();
    }

    @Test
    void handsStreamsOnAndSaysTheExitCode() throws Exception {
        var good = product.run("exec", "--", "sh", "-c", "printf 'no newline'; printf 'warning' >&2");
        assertThat(good.exit()).isZero();
        assertThat(good.out()).isEqualTo("no newline");
        assertThat(good.err()).isEqualTo("warning");

        var bad = product.run("exec", "--", "sh", "-c", "echo half; exit 7");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.out()).isEqualTo("half\n");
        assertThat(bad.err()).isEqualTo("cloudops: the command ended with exit code 7\n");
    }

    @Test
    void handsOutputOnByteByByte() throws Exception {
        var bytes = Files.write(folder.resolve("bytes"), new byte[300_000]);
        try (var file = Files.newOutputStream(bytes)) {
            for (int i = 0; i < 300_000; i++) {
                file.write(i % 251);
            }
        }
        var process = product.start("exec", "--", "cat", bytes.toString());
        assertThat(process.getInputStream().readAllBytes()).as("a file with neither lines nor characters").isEqualTo(Files.readAllBytes(bytes));
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void showsOutputAsItComes() throws Exception {
        var go = folder.resolve("go");
        var process = product.start("exec", "--", "sh", "-c", "echo first; while [ ! -e '" + go + "' ]; do sleep 0.1; done; echo second");
        var out = reader(process);
        assertThat(out.readLine()).isEqualTo("first");
        Files.createFile(go);
        assertThat(out.readLine()).isEqualTo("second");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void argumentsReachTheProgramAsTheyAre() throws Exception {
        var arguments = List.of("", "a b", "$(touch /tmp/owned)", "--json", "--", "-x", "line\nbreak", "'\"\\",
                "\u202e\u05e9 \ud83d\udc18", "@/etc/passwd");
        var command = new ArrayList<>(List.of("exec", "--", "printf", "<%s>"));
        command.addAll(arguments);
        var run = product.run(command.toArray(String[]::new));
        assertThat(run.out()).isEqualTo("<" + String.join("><", arguments) + ">");
        assertThat(Path.of("/tmp/owned")).doesNotExist();
        assertThat(product.run("exec", "echo", "--json").out()).as("behind the program's name").isEqualTo("--json\n");
    }

    @Test
    void runsManyAndRefusesTooLongArguments() throws Exception {
        var many = new ArrayList<>(List.of("exec", "--", "sh", "-c", "echo $#", "sh"));
        for (int i = 0; i < 10_000; i++) {
            many.add("argument-" + i);
        }
        assertThat(product.run(many.toArray(String[]::new)).out()).isEqualTo("10000\n");

        // Linux takes 128 KiB in one argument: this just fits into the start script's, and no longer into the JVM's
        var refused = product.run("exec", "--", "true", "x".repeat(128 * 1024 - 10));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("cloudops: ", "arguments are too long", "  try: ");
    }

    @Test
    void runsShellsAndScripts() throws Exception {
        assertThat(product.run("exec", "--shell", "echo one two | wc -w").out().strip()).isEqualTo("2");
        var script = Files.writeString(folder.resolve("it's a script"), "#!/usr/bin/env python3\nimport os, sys\nprint(sys.argv[1:], os.environ['WHO'])\n");
        var run = product.run("exec", "--env", "WHO=a=b c", "--script", script.toString(), "--", "--json", "x y");
        assertThat(run.out()).isEqualTo("['--json', 'x y'] a=b c\n");
        assertThat(product.run("exec", "--workdir", folder.toString(), "--", "pwd").out().strip()).isEqualTo(folder.toRealPath().toString());

        Files.writeString(script, "#!/usr/bin/perl\n");
        var perl = product.run("exec", "--script", script.toString());
        assertThat(perl.exit()).isEqualTo(2);
        assertThat(perl.err()).contains("is for perl", "  try: cloudops exec -- perl ");
    }

    @Test
    void printsOneDocumentWithTheResult() throws Exception {
        var run = product.run("exec", "--json", "--", "sh", "-c", "echo out; echo err >&2; exit 3");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(JsonSchemas.violations("execution-result", run.json())).isEmpty();
        assertThat(run.json().path("stdout").asText()).isEqualTo("out\n");
        assertThat(run.json().path("stderr").asText()).isEqualTo("err\n");
        assertThat(run.json().path("exit_code").asInt()).isEqualTo(3);
    }

    @Test
    void explainsWhatCannotRun() throws Exception {
        failsWith(1, "not found: surely-no-program", "exec", "--", "surely-no-program");
        failsWith(1, "not a program but a folder", "exec", "--", folder.toString());
        failsWith(1, "not executable", "exec", "--", Files.writeString(folder.resolve("plain.txt"), "x").toString());
        failsWith(1, "no such working directory", "exec", "--workdir", folder.resolve("gone").toString(), "--", "true");
        failsWith(1, "no such script", "exec", "--script", folder.resolve("gone.sh").toString());
        failsWith(1, "time limit", "exec", "--timeout", "0.3", "--", "sleep", "60");
        failsWith(2, "nothing to run", "exec");
        failsWith(2, "the program's name is empty", "exec", "--", "");
        failsWith(2, "not a time in seconds", "exec", "--timeout", "0", "--", "true");
        failsWith(2, "--shell takes one command line", "exec", "--shell", "true", "x");
        failsWith(2, "CLOUDOPS_X", "exec", "--env", "CLOUDOPS_X=1", "--", "true");
        failsWith(2, "service and an operation", "exec", "--", "aws", "rds");
        failsWith(2, "not a global option", "exec", "--", "aws", "--frob", "rds", "describe-db-instances");
        failsWith(2, "no program /nowhere/aws", "exec", "--", "/nowhere/aws", "rds", "describe-db-instances");
        failsWith(4, "read-only mode", "exec", "--read-only", "--", "true");
    }

    @Test
    void awsCallsKeepTheirVerdict() throws Exception {
        var read = product.run("exec", "--endpoint-url", endpoint(), "--profile", "production", "--", "aws", "--region", "us-west-2", "rds",
                "describe-db-instances", "--query", "length(DBInstances)");
        assertThat(read.exit()).as(read.err()).isZero();
        assertThat(Integer.parseInt(read.out().strip())).isPositive();

        String[] stop = { "exec", "--endpoint-url", endpoint(), "--", "aws", "--profile=production", "--region", "us-west-2", "rds",
            "stop-db-instance", "--db-instance-identifier", "pg-instance-main1" };
        var asked = product.run(stop);
        assertThat(asked.exit()).isEqualTo(4);
        assertThat(asked.out()).isEmpty();
        assertThat(asked.err()).contains("aws rds stop-db-instance ", "changes resources", "cloudops: not run", "  try: ", "--approve sha256:");
        assertThat(state()).isEqualTo("available");

        var unasked = product.run(with("--json", stop));
        assertThat(unasked.exit()).isEqualTo(4);
        var hash = unasked.json().path("approval_hash").asText();
        assertThat(asked.err()).contains(hash);
        assertThat(unasked.json().at("/verdict/effect").asText()).isEqualTo("mutating");

        assertThat(product.run(with("--approve=sha256:" + "0".repeat(64), stop)).exit()).isEqualTo(4);
        assertThat(product.run(with("--read-only", with("--approve=" + hash, stop))).exit()).isEqualTo(4);
        assertThat(state()).isEqualTo("available");

        var approved = product.run(with("--approve=" + hash, stop));
        assertThat(approved.exit()).as(approved.err()).isZero();
        assertThat(state()).isEqualTo("stopped");
        assertThat(product.run("executions", "list", "--json", "--limit", "50").json()).anySatisfy(entry -> {
            assertThat(entry.path("kind").asText()).isEqualTo("aws_cli");
            assertThat(entry.path("approval_hash").asText()).isEqualTo(hash);
            assertThat(entry.path("approved_by").asText()).isNotEmpty();
        });
    }

    private static String state() throws Exception {
        return product.run("exec", "--endpoint-url", endpoint(), "--profile", "production", "--region", "us-west-2", "--", "aws", "rds",
                "describe-db-instances", "--db-instance-identifier", "pg-instance-main1", "--query", "DBInstances[0].DBInstanceStatus",
                "--output", "text").out().strip();
    }

    @Test
    void readOnlyModeStillReads() throws Exception {
        var run = product.run("exec", "--read-only", "--endpoint-url", endpoint(), "--profile", "production", "--region", "us-west-2", "--", "aws",
                "sts", "get-caller-identity");
        assertThat(run.exit()).as(run.err()).isZero();
    }

    @Test
    void ctrlCEndsTheWholeTree() throws Exception {
        var process = product.start("exec", "--", "sh", "-c", "trap '' TERM; sleep 987654 & setsid sleep 987654 & echo ready; wait");
        assertThat(reader(process).readLine()).isEqualTo("ready");
        assertThat(sleepers("987654")).isEqualTo(2);
        // the start script becomes the JVM, so this is what a terminal does on Ctrl-C
        assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor()).isZero();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        Thread.sleep(Duration.ofSeconds(2));
        assertThat(sleepers("987654")).isZero();
        var last = product.run("executions", "list", "--json", "--status", "cancelled").json();
        assertThat(last).anySatisfy(entry -> assertThat(entry.path("command").asText()).contains("987654"));
    }

    private static long sleepers(String seconds) {
        return ProcessHandle.allProcesses().filter(process -> process.info().command().orElse("").endsWith("sleep")
                && List.of(process.info().arguments().orElse(new String[0])).equals(List.of(seconds))).count();
    }

    @Test
    void endsWhenNobodyReadsItsOutputAnyMore() throws Exception {
        var process = product.start("exec", "--", "sh", "-c", "exec yes");
        reader(process).readLine();
        process.getInputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void saysThatItsOutputCouldNotBeShown() throws Exception {
        var process = product.start("exec", "--", "sh", "-c", "exec yes 'not read on'");
        reader(process).readLine(); // and no more: its standard output is full soon
        process.toHandle().destroy(); // that of Process would close the streams
        var err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(err).contains("has ended, but nobody took the rest of its output").doesNotContain("has not ended yet");
    }

    @Test
    void otherProcessesSeeFollowAndCancelIt() throws Exception {
        var running = product.start("exec", "--", "sh", "-c", "echo one; echo problem >&2; while :; do sleep 0.1; done # followed");
        assertThat(reader(running).readLine()).isEqualTo("one");
        var id = id("# followed");

        var follower = product.start("executions", "logs", "-f", id.substring(0, 13));
        assertThat(reader(follower).readLine()).isEqualTo("one");
        var logs = product.run("executions", "logs", id);
        assertThat(logs.exit()).as(logs.err()).isZero();
        assertThat(logs.out()).isEqualTo("one\n");
        assertThat(logs.err()).isEqualTo("problem\n");
        assertThat(product.run("executions", "show", id, "--json").json().path("status").asText()).isEqualTo("running");
        assertThat(follower.isAlive()).isTrue();

        var cancelled = product.run("executions", "cancel", id);
        assertThat(cancelled.exit()).as(cancelled.err()).isZero();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(130);
        assertThat(follower.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(follower.exitValue()).isZero();
        assertThat(product.run("executions", "show", id, "--json").json().path("status").asText()).isEqualTo("cancelled");
        assertThat(product.run("executions", "cancel", id).exit()).as("twice").isZero();
    }

    @Test
    void cancelEndsWhatACrashLeft() throws Exception {
        var seconds = Long.toString(ThreadLocalRandom.current().nextLong(1_000_000, 9_000_000)); // nobody else's
        var running = product.start("exec", "--", "sh", "-c", "echo ready; exec sleep " + seconds);
        assertThat(reader(running).readLine()).isEqualTo("ready");
        running.destroyForcibly().waitFor();
        assertThat(sleepers(seconds)).isEqualTo(1);
        var id = id(seconds);
        assertThat(product.run("executions", "show", id).out()).contains("interrupted", "still run the processes", "executions cancel " + id);

        var cancelled = product.run("executions", "cancel", id);
        assertThat(cancelled.exit()).as(cancelled.err()).isZero();
        assertThat(cancelled.out() + cancelled.err()).contains("What it had left running was ended: interrupted");
        assertThat(sleepers(seconds)).isZero();
        var again = product.run("executions", "cancel", id);
        assertThat(again.out() + again.err()).contains("It was over already: interrupted");
    }

    @Test
    void keepsOutputAndStateForLater() throws Exception {
        product.run("exec", "--", "sh", "-c", "echo kept; echo aside >&2; exit 5 # for later");
        var id = id("# for later");
        var logs = product.run("executions", "logs", id);
        assertThat(logs.out()).isEqualTo("kept\n");
        assertThat(logs.err()).isEqualTo("aside\n");
        var shown = product.run("executions", "show", id);
        assertThat(shown.out()).contains("# for later", "completed, exit code 5", "approved by");
        var listed = product.run("executions", "list", "--since", "1h", "--status", "completed", "--limit", "1000");
        assertThat(listed.out()).contains("ID", "COMMAND", id.substring(0, 8));
        assertThat(product.run("executions", "list", "--until", "2020-01-01", "--json").json()).isEmpty();
        var lines = product.run("executions", "list", "--format", "jsonl", "--limit", "2").out().lines().toList();
        assertThat(lines).hasSize(2);

        failsWith(1, "no execution", "executions", "show", "00000000-0000-0000-0000-000000000000");
        failsWith(2, "not an ID", "executions", "logs", "xyz");
        failsWith(2, "not a time", "executions", "list", "--since", "yesterday");
        var wrong = new Product(folder).with("CLOUDOPS_HOME", folder.resolve("home").toString()).run("executions", "list");
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains("passphrase", "  try: set CLOUDOPS_PASSPHRASE");
    }

    @Test
    void namesWhatIsWrongWithAPlanByLine() throws Exception {
        var file = Files.writeString(folder.resolve("bad.yaml"), """
                steps:
                  - id: first
                    command: {type: exec, argv: ["true"]}
                  - id: first
                    depends_on: [missing]
                    command: {type: exec, argv: ["a\\0b"]}
                """);
        var check = product.run("plan", "check", file.toString(), "--json");
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.json().path("valid").asBoolean(true)).isFalse();
        assertThat(check.json().path("errors")).anySatisfy(error -> assertThat(error.path("line").asInt()).isEqualTo(4))
                .anySatisfy(error -> {
                    assertThat(error.path("line").asInt()).isEqualTo(5);
                    assertThat(error.path("message").asText()).contains("missing");
                }).anySatisfy(error -> {
                    assertThat(error.path("line").asInt()).isEqualTo(6);
                    assertThat(error.path("path").asText()).as("the one with the NUL").isEqualTo("steps[1].command.argv[0]");
                });
        var run = product.run("plan", "run", file.toString());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("cloudops: the plan ", "line 4: ", "line 5: ", "line 6: ");
        failsWith(1, "no such file", "plan", "check", folder.resolve("no.yaml").toString());
    }

    @Test
    void runsAPlanOnceItIsApproved() throws Exception {
        var file = Files.writeString(folder.resolve("good.yaml"), """
                description: Greets twice
                strategy: {type: serial, continue_on_error: true}
                steps:
                  - id: hello
                    command: {type: exec, argv: [echo, hello]}
                  - id: fails
                    command: {type: exec, argv: [sh, -c, "exit 9"]}
                  - id: again
                    depends_on: [hello]
                    command: {type: exec, argv: [echo, "${steps.hello.stdout}"]}
                  - id: skipped
                    depends_on: [fails]
                    command: {type: exec, argv: [echo, "never"]}
                """).toString();
        var check = product.run("plan", "check", file, "--json").json();
        assertThat(check.path("valid").asBoolean()).isTrue();
        assertThat(check.path("steps").findValuesAsText("id")).containsExactly("hello", "fails", "again", "skipped");
        var hash = check.path("approval_hash").asText();

        var asked = product.run("plan", "run", file);
        assertThat(asked.exit()).isEqualTo(4);
        assertThat(asked.out()).isEmpty();
        assertThat(asked.err()).contains("--approve " + hash);

        var run = product.run("plan", "run", file, "--approve", hash);
        assertThat(run.exit()).as(run.err()).isEqualTo(3);
        assertThat(run.out()).isEqualTo("hello\nhello\n");
        assertThat(run.err()).containsSubsequence("[hello] $ echo hello", "[hello] done (1/4)", "[fails] failed with exit code 9", "[skipped] skipped");
        assertThat(product.run("plan", "run", file, "--approve", hash, "--read-only").exit()).isEqualTo(4);

        var result = product.run("plan", "run", file, "--approve", hash, "--json").json();
        assertThat(result.path("steps")).hasSize(4);
        assertThat(result.at("/steps/0/result/stdout").asText()).isEqualTo("hello\n");
        assertThat(JsonSchemas.violations("execution-result", result.at("/steps/0/result"))).isEmpty();
        assertThat(result.at("/steps/3/status").asText()).isEqualTo("skipped");
        var shown = product.run("executions", "show", result.path("id").asText(), "--json").json();
        assertThat(shown.path("kind").asText()).isEqualTo("plan");
        assertThat(shown.at("/metadata/source").asText()).isEqualTo("cli");
        assertThat(shown.at("/steps/0/metadata/source").asText()).isEqualTo("cli");
        assertThat(shown.path("steps").findValuesAsText("step_id")).contains("hello", "fails", "again");

        Files.writeString(Path.of(file), Files.readString(Path.of(file)).replace("exit 9", "exit 8"));
        assertThat(product.run("plan", "run", file, "--approve", hash).exit()).as("another plan").isEqualTo(4);
    }

    private static void failsWith(int exit, String message, String... arguments) throws Exception {
        var run = product.run(arguments);
        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("cloudops: ").contains(message).doesNotContain("defect", "Exception");
    }

    /** Of the newest execution whose command contains {@code mark}. */
    private static String id(String mark) throws Exception {
        return StreamSupport.stream(product.run("executions", "list", "--json").json().spliterator(), false)
                .filter(entry -> entry.path("command").asText().contains(mark)).map(entry -> entry.path("id").asText()).findFirst().orElseThrow();
    }

    private static String[] with(String option, String[] arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add(1, option);
        return all.toArray(String[]::new);
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String endpoint() {
        return demo.environment().endpointUrl().orElseThrow().toString();
    }
}
