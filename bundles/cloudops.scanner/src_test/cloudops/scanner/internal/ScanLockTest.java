package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;

/** One scan at a time in a home, over threads and processes. */
@Timeout(60)
class ScanLockTest extends Scans {

    private final CompletableFuture<String> waitsFor = new CompletableFuture<>();

    private final ScanListener listener = new ScanListener() {
        @Override
        public void progress(ScanProgress progress) {
        }

        @Override
        public void waiting(String who) {
            waitsFor.complete(who);
        }
    };

    /** Another process, which holds the lock until its input ends. */
    public static final class Holder {

        private Holder() {
        }

        public static void main(String[] arguments) throws Exception {
            try (var held = new ScanLock(Path.of(arguments[0]), "scan.lock").hold(who -> {
            })) {
                System.out.println("held");
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }

    private Process holder() throws Exception {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), home.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(new BufferedReader(new InputStreamReader(process.getInputStream())).readLine()).isEqualTo("held");
        return process;
    }

    @Test
    void aScanWaitsForThatOfAnotherProcessAndSaysSo() throws Exception {
        aws.has("car", REGION, "a");
        var scanner = scanner(new TestScanner("car"));
        var process = holder();
        try {
            var result = new CompletableFuture<ScanResult>();
            Thread.ofVirtual().start(() -> {
                try {
                    result.complete(scanner.scan(request(), listener));
                } catch (InterruptedException e) {
                    result.completeExceptionally(e);
                }
            });

            assertThat(waitsFor.get(30, TimeUnit.SECONDS)).isEqualTo("process " + process.pid());
            assertThat(aws.calls).isEmpty();
            assertThat(result).isNotDone();
            process.getOutputStream().close();

            assertThat(result.get(30, TimeUnit.SECONDS).complete()).isTrue();
            assertThat(estate.identifiers()).containsExactly("a");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatIsKilledLetsGo() throws Exception {
        holder().destroyForcibly().waitFor();

        assertThat(scanner(new TestScanner("car")).scan(request(), listener).complete()).isTrue();
    }

    @Test
    void waitingForAnotherProcessCanBeCancelled() throws Exception {
        var process = holder();
        try {
            var outcome = new AtomicReference<Throwable>();
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    scanner(new TestScanner("car")).scan(request(), listener);
                } catch (InterruptedException e) {
                    outcome.set(e);
                }
            });
            waitsFor.get(30, TimeUnit.SECONDS);
            thread.interrupt();
            thread.join();

            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(scanner(new TestScanner("car")).scan(request(), listener).complete()).as("the lock was not kept").isTrue();
    }

    @Test
    void scansOfOneProcessDoNotOverlap() throws Exception {
        var running = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        aws.answer("car", REGION, call -> {
            running.countDown();
            mayEnd.await();
            return TestScanner.things("a");
        });
        var scanner = scanner(new TestScanner("car"));
        var first = Thread.ofVirtual().start(() -> scanQuietly(scanner, ScanListener.NONE));
        running.await();
        var second = Thread.ofVirtual().start(() -> scanQuietly(scanner(new TestScanner("car")), listener));

        assertThat(waitsFor.get(30, TimeUnit.SECONDS)).isEqualTo("this process");
        assertThat(aws.calls).hasSize(1);
        mayEnd.countDown();
        first.join();
        second.join();
        assertThat(aws.calls).hasSize(2);
    }

    private static void scanQuietly(PipelineScanner scanner, ScanListener listener) {
        try {
            scanner.scan(request(), listener);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHomeThatCannotBeLockedIsAFailedScanAndNoFalseSuccess() throws Exception {
        Files.createDirectories(home.resolve("scan.lock"));

        var result = scanner(new TestScanner("car")).scan(request(), listener);

        assertThat(result.complete()).isFalse();
        assertThat(result.errors()).extracting(ScanError::code).containsExactly("Io");
        assertThat(aws.calls).isEmpty();
        assertThatThrownBy(() -> new ScanLock(home, "scan.lock").hold(who -> {
        })).isInstanceOf(IOException.class);
    }
}
