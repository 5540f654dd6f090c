package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

class KeyGateTest {

    private static final Duration SOON = Duration.ofMillis(300), LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private KeyGate gate(Duration patience) {
        return new KeyGate(folder.resolve("lock"), patience);
    }

    /** Another JVM that takes the lock, says so, and keeps it until its standard input ends. */
    static final class Holder implements AutoCloseable {

        private final Process process;

        Holder(Path file, boolean shared) throws Exception {
            process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                    Holder.class.getName(), file.toString(), String.valueOf(shared)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            assertThat(process.inputReader().readLine()).isEqualTo("held");
        }

        public static void main(String... args) throws Exception {
            try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    var held = channel.lock(0, Long.MAX_VALUE, Boolean.parseBoolean(args[1]))) {
                System.out.println("held");
                System.in.transferTo(System.err);
            }
        }

        @Override
        public void close() throws Exception {
            process.outputWriter().close();
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void writersOfSeveralProcessesPassTogetherAndAChangeOfKeysIsAlone() throws Exception {
        try (var writer = new Holder(folder.resolve("lock"), true)) {
            gate(LONG).forWriting().close();
            assertLocked(() -> gate(SOON).forChange(), "writes records or changes keys");
        }
        gate(LONG).forChange().close();
        try (var change = new Holder(folder.resolve("lock"), false)) {
            assertLocked(() -> gate(SOON).forWriting(), "changes keys");
            assertLocked(() -> gate(SOON).forChange(), "changes keys");
        }
        gate(LONG).forWriting().close();
    }

    @Test
    void waitsForAnotherProcessToEnd() throws Exception {
        var holder = new Holder(folder.resolve("lock"), false);
        var passed = CompletableFuture.supplyAsync(() -> {
            try (var held = gate(LONG).forWriting()) {
                return true;
            } catch (StorageException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(passed).isNotDone();
        holder.close();
        assertThat(passed.get()).isTrue();
    }

    @Test
    void threadsOfOneProcessTakeTurnsWhateverTheyCallTheFile() throws Exception {
        var link = Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
        try (var held = gate(LONG).forWriting()) {
            var other = CompletableFuture.runAsync(() -> assertLocked(() -> new KeyGate(link.resolve("lock"), SOON).forWriting(), "another thread"));
            other.get();
        } finally {
            Files.delete(link);
        }
        new KeyGate(link.resolve("lock"), SOON);
        gate(SOON).forChange().close();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        try (var change = new Holder(folder.resolve("lock"), false)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> gate(LONG).forWriting()).isInstanceOf(StorageException.class).hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
        gate(LONG).forWriting().close();
    }

    @Test
    void aFolderThatIsGoneIsSaidAndLeavesNothingLocked() throws Exception {
        var gone = new KeyGate(folder.resolve("gone/lock"), SOON);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(gone::forWriting).isInstanceOf(StorageException.class).hasMessageContaining("gone/lock");
        }
    }

    private interface Call {
        Object run() throws Exception;
    }

    private static void assertLocked(Call call, String who) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.LOCKED);
            assertThat(e).hasMessageContaining(who);
            assertThat(e.remedy()).contains("end it");
        });
    }
}
