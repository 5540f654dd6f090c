package cloudops.execution.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.internal.output.MemoryOutput;
import cloudops.execution.internal.output.Output;
import cloudops.execution.spi.RunFailedException;

/** Both ways to start a process do the same. */
class ProcessRunnerTest {

    /** More than Linux takes. */
    private static final String[] TOO_LONG = { "/bin/echo", "x".repeat(200_000) };

    @TempDir
    private Path folder;

    enum Way {
        JAVA, C_LIBRARY
    }

    private ProcessRunner runner(Way way) {
        var library = way == Way.JAVA ? Optional.<LibC>empty() : LibC.available();
        assumeTrue(way == Way.JAVA || library.isPresent(), "this JVM or system cannot start processes through the C library");
        return new ProcessRunner(new Scratch(folder.resolve("scratch")), library);
    }

    private record Ended(int exitCode, String stdout, String stderr) {
    }

    private Ended run(Way way, Map<String, String> variables, String... argv) throws InterruptedException, RunFailedException {
        var output = new MemoryOutput();
        try (var runner = runner(way)) {
            var launch = launch(variables, argv);
            int exitCode = runner.run(UUID.randomUUID(), launch, output);
            return new Ended(exitCode, output.text(Stream.STDOUT), output.text(Stream.STDERR));
        }
    }

    private Launch launch(Map<String, String> variables, String... argv) {
        return new Launch(List.of(argv), null, new TreeMap<>(variables), null, folder, null);
    }

    @ParameterizedTest
    @EnumSource
    void passesArgumentsAndVariablesAsTheyAre(Way way) throws Exception {
        var hostile = List.of("", " ", "$(touch x)", "'", "\"", "a\nb", "-n", "\u202Edlrow", "\uD83D\uDE00", "\u00e4".repeat(50_000));
        var argv = new ArrayList<>(List.of("/bin/sh", "-c", "printf '%s|' \"$@\"; printf '%s' \"$VARIABLE\" >&2", "name"));
        argv.addAll(hostile);

        var ended = run(way, Map.of("PATH", "/usr/bin:/bin", "VARIABLE", "x=y\nz \uD83D\uDE00"), argv.toArray(String[]::new));

        assertThat(ended.exitCode).isZero();
        assertThat(ended.stdout).isEqualTo(String.join("|", hostile) + "|");
        assertThat(ended.stderr).isEqualTo("x=y\nz \uD83D\uDE00");
    }

    @ParameterizedTest
    @EnumSource
    void givesTheProcessNothingElse(Way way) throws Exception {
        var ended = run(way, Map.of("PATH", "/usr/bin:/bin"), "/bin/sh", "-c",
                "readlink /proc/self/fd/0; pwd -P; echo /proc/self/fd/*; env | cut -d= -f1 | sort | tr '\\n' ' '; cat");

        assertThat(ended.stdout.lines()).containsExactly("/dev/null", folder.toRealPath().toString(),
                "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3", "PATH PWD _EXECUTION_ID "); // 3 is the listing itself
    }

    @ParameterizedTest
    @EnumSource
    void makesASessionWithoutATerminalInWhichSignalsArrive(Way way) throws Exception {
        var ended = run(way, Map.of("PATH", "/usr/bin:/bin"), "/bin/sh", "-c",
                "cut -d' ' -f1,5,6,7 /proc/$$/stat | (read pid group session terminal; echo $((pid - group)) $((pid - session)) $terminal);"
                        + "grep -E 'SigBlk|SigIgn' /proc/$$/status | tr -d '\\n'; (: < /dev/tty) 2>/dev/null || echo; kill -s TERM $$; sleep 5");

        assertThat(ended.stdout.lines().findFirst()).hasValue("0 0 0");
        assertThat(ended.stdout).contains("SigBlk:\t0000000000000000");
        assertThat(ended.exitCode).isEqualTo(128 + 15);
    }

    @ParameterizedTest
    @EnumSource
    void tellsExitCodes(Way way) throws Exception {
        for (int code : new int[] { 0, 1, 42, 127, 255 }) {
            assertThat(run(way, Map.of(), "/bin/sh", "-c", "exit " + code).exitCode).isEqualTo(code);
        }
        assertThat(run(way, Map.of(), "/bin/sh", "-c", "kill -s KILL $$").exitCode).isEqualTo(128 + 9);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyAProgramCannotBeStarted(Way way) throws Exception {
        run(way, Map.of(), "/bin/true");
        assertThatThrownBy(() -> run(way, Map.of(), TOO_LONG)).isInstanceOf(RunFailedException.class).hasMessageContaining("/bin/echo")
                .hasMessageContaining("too long");
    }

    @ParameterizedTest
    @EnumSource
    void takesTheShellForAScriptThatNamesNoInterpreter(Way way) throws Exception {
        var script = folder.resolve("script");
        Files.writeString(script, "echo \"$1\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

        assertThat(run(way, Map.of(), script.toString(), "$(id)").stdout).isEqualTo("$(id)\n");
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoDescriptorsBehind(Way way) throws Exception {
        run(way, Map.of(), "/bin/true");
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            run(way, Map.of(), "/bin/sh", "-c", "echo x; echo y >&2");
            assertThatThrownBy(() -> run(way, Map.of(), TOO_LONG)).isInstanceOf(RunFailedException.class);
        }

        assertThat(descriptors()).isLessThan(before + 20);
    }

    @ParameterizedTest
    @EnumSource
    void startsNothingOnceInterrupted(Way way) {
        var proof = folder.resolve("proof");
        try (var runner = runner(way)) {
            var launch = launch(Map.of("PATH", "/usr/bin:/bin"), "/bin/sh", "-c", "touch '" + proof + "'");
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> runner.run(UUID.randomUUID(), launch, new MemoryOutput())).isInstanceOf(InterruptedException.class);
        }
        assertThat(proof).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void endsAProcessThatNobodyCanFollow(Way way) throws Exception {
        run(way, Map.of(), "/bin/true");
        var runner = runner(way);
        runner.close();
        long before = descriptors();
        var launch = launch(Map.of(), "/bin/sleep", "4711");

        assertThatThrownBy(() -> runner.run(UUID.randomUUID(), launch, new MemoryOutput())).isInstanceOf(RunFailedException.class)
                .hasMessageContaining("cannot start /bin/sleep");
        var exits = ProcessHandle.current().children().filter(child -> child.info().command().filter(command -> command.contains("sleep"))
                .isPresent()).map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(exits).get(5, TimeUnit.SECONDS);
        assertThat(descriptors()).isLessThan(before + 3);
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoZombieWhateverTheOutputThrows(Way way) throws Exception {
        try (var runner = runner(way)) {
            var launch = launch(Map.of("PATH", "/usr/bin:/bin"), "/bin/sh", "-c", "echo begun; exec sleep 60");
            assertThatThrownBy(() -> runner.run(UUID.randomUUID(), launch, new BrokenOutput())).isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("on purpose");
        }
        var left = ProcessHandle.current().children().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(left).get(5, TimeUnit.SECONDS);
        for (var end = Instant.now().plusSeconds(5); Instant.now().isBefore(end) && zombies() > 0;) {
            Thread.onSpinWait();
        }
        assertThat(zombies()).isZero();
    }

    /** Of this process. */
    private static long zombies() throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            long count = 0;
            for (var process : processes) {
                count += isZombieOfOurs(process) ? 1 : 0;
            }
            return count;
        }
    }

    private static boolean isZombieOfOurs(Path process) {
        try {
            var stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z " + ProcessHandle.current().pid() + " ");
        } catch (IOException e) {
            return false; // gone by now
        }
    }

    private static final class BrokenOutput implements Output {
        private final Output nothing = new MemoryOutput();

        @Override
        public void write(Stream stream, byte[] bytes, int offset, int length) {
            throw new OutOfMemoryError("on purpose");
        }

        @Override
        public CompletionStage<IOException> failure() {
            return nothing.failure();
        }

        @Override
        public void seal() throws IOException {
            nothing.seal();
        }

        @Override
        public String text(Stream stream) throws IOException {
            return nothing.text(stream);
        }

        @Override
        public Path path() {
            return nothing.path();
        }
    }

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotEndABackgroundProcessThatGoesOnPrinting(Way way) throws Exception {
        var proof = folder.resolve("proof");
        var ended = run(way, Map.of("PATH", "/usr/bin:/bin"), "/bin/sh", "-c",
                "(trap '' PIPE; sleep 1.5; echo one; sleep 0.2; echo two && touch '" + proof + "') & echo now");

        assertThat(ended.stdout).isEqualTo("now\n");
        if (way == Way.C_LIBRARY) { // Java closes the pipe once its process has ended and something has been read
            var there = new CompletableFuture<Boolean>().completeOnTimeout(true, 2, TimeUnit.SECONDS);
            there.join();
            assertThat(proof).exists();
        }
    }
}
