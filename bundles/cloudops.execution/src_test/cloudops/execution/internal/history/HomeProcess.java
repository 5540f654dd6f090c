package cloudops.execution.internal.history;

import static cloudops.execution.internal.EngineFixture.shell;
import static cloudops.execution.internal.history.Samples.START;
import static cloudops.execution.internal.history.Samples.completed;
import static cloudops.execution.internal.history.Samples.running;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.EngineFixture;

/** Another process of a home: a Java of its own, with an engine. It says on its standard output how far it is. */
final class HomeProcess implements AutoCloseable {

    static final int STEPS = 20;

    private final Process process;
    private final BufferedReader said;

    private HomeProcess(String... args) throws IOException {
        this(List.of(), args);
    }

    /** @param starter runs the program with the arguments behind it */
    private HomeProcess(List<String> starter, String... args) throws IOException {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var argv = new ArrayList<>(starter);
        argv.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData", "-cp", classPath, HomeProcess.class.getName()));
        argv.addAll(List.of(args));
        process = new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT).redirectInput(new File("/dev/null")).start();
        said = process.inputReader();
    }

    /** Runs a plan; every step adds its name to the file {@code marks}. */
    static HomeProcess withPlan(Path home, UUID plan, Path marks) throws IOException {
        return withPlan(home, plan, marks, "0.01");
    }

    /** @param seconds that each step takes */
    static HomeProcess withPlan(Path home, UUID plan, Path marks, String seconds) throws IOException {
        return new HomeProcess("plan", home.toString(), plan.toString(), marks.toString(), seconds);
    }

    /** Runs one script. */
    static HomeProcess with(Path home, UUID id, String script) throws IOException {
        return new HomeProcess("script", home.toString(), id.toString(), script);
    }

    /** Adds executions to the history. */
    static HomeProcess appending(Path home, int count) throws IOException {
        return new HomeProcess("append", home.toString(), String.valueOf(count));
    }

    /** Adds executions to the history until it is full, on a disk with room for some 100 KB. */
    static HomeProcess filling(Path home) throws IOException {
        return new HomeProcess(List.of("bash", "-c", "ulimit -f 100; exec \"$@\"", "bash"), "fill", home.toString());
    }

    /** What it says next; null when it has ended. */
    String says() throws IOException {
        return said.readLine();
    }

    /** Waits for a word of it. */
    void await(String word) throws IOException {
        for (var line = said.readLine(); !word.equals(line); line = said.readLine()) {
            if (line == null) {
                throw new IOException("the other process ended without a word: " + word);
            }
        }
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int end() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    public static void main(String[] args) throws Exception {
        var home = Path.of(args[1]);
        switch (args[0]) {
            case "append" -> append(home, Integer.parseInt(args[2]));
            case "fill" -> fill(home);
            case "script" -> script(home, UUID.fromString(args[2]), args[3]);
            default -> plan(home, UUID.fromString(args[2]), args[3], args[4]);
        }
    }

    private static void append(Path home, int count) throws IOException {
        try (var journal = Samples.encrypted(home)) {
            for (int i = 0; i < count; i++) {
                var record = running("echo " + i, START.plusSeconds(i));
                journal.append(record);
                journal.append(completed(record));
            }
        }
    }

    private static void fill(Path home) {
        try (var journal = Samples.encrypted(home)) {
            for (int i = 0; i < 1_000; i++) {
                try {
                    journal.append(completed(running("echo " + i, START.plusSeconds(i))));
                } catch (IOException e) {
                    System.out.println(i + " " + e.getMessage());
                    return;
                }
            }
        }
    }

    private static void script(Path home, UUID id, String script) throws Exception {
        try (var fixture = new EngineFixture(home)) {
            fixture.start(shell(script).withId(id));
            System.out.println("started");
            fixture.engine.result(id);
            System.out.println("ended");
        }
    }

    private static void plan(Path home, UUID id, String marks, String seconds) throws Exception {
        try (var fixture = new EngineFixture(home)) {
            var steps = new ArrayList<PlanStep>();
            for (int i = 0; i < STEPS; i++) {
                var script = "echo step-" + i + " >> '" + marks + "'; echo out " + i + "; sleep " + seconds;
                steps.add(new PlanStep("step-" + i, shell(script), List.of(), null));
            }
            var plan = new ExecutionPlan(id, "twenty steps", new ExecutionPlan.Strategy.Serial(false), steps, null);
            plan = plan.withApproval(new Approval(fixture.engine.approvalHash(plan), "tester", Instant.now()));
            System.out.println("ready");
            fixture.engine.executePlan(plan);
            System.out.println("started");
            fixture.engine.planResult(id);
            System.out.println("ended");
        }
    }
}
