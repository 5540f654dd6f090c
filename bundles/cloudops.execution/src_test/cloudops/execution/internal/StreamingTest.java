package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.exec;
import static cloudops.execution.internal.EngineFixture.shell;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.output.LineSplitter;

class StreamingTest {

    @TempDir
    private Path home;
    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(home);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void givesLinesInOrderAndTheExactOutputAfterwards() throws Exception {
        var id = fixture.start(shell("for i in 1 2 3; do echo line $i; done; printf 'no end'"));

        assertThat(fixture.follow(id).awaitAll()).containsExactly("line 1", "line 2", "line 3", "no end");
        var result = fixture.end(id);
        assertThat(result.stdout()).isEqualTo("line 1\nline 2\nline 3\nno end");
        assertThat(result.stderr()).isEmpty();
        assertThat(result.succeeded()).isTrue();
    }

    @Test
    void keepsTheStreamsApart() throws Exception {
        var id = fixture.start(shell("echo out; echo err >&2; echo out2"));

        assertThat(fixture.follow(id).awaitAll()).containsExactlyInAnyOrder("out", "! err", "out2").containsSubsequence("out", "out2");
        var result = fixture.end(id);
        assertThat(result.stdout()).isEqualTo("out\nout2\n");
        assertThat(result.stderr()).isEqualTo("err\n");
    }

    @Test
    void reportsTheExitCode() throws Exception {
        var result = fixture.run(shell("exit 42"));

        assertThat(result.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(result.exitCode()).isEqualTo(42);
        assertThat(result.succeeded()).isFalse();
        assertThat(result.error()).isNull();
    }

    @Test
    void deliversALineWhileTheCommandStillRuns() throws Exception {
        var id = fixture.start(shell("echo early; exec sleep 60"));

        assertThat(fixture.follow(id).first.get(5, SECONDS)).isEqualTo("early");
        assertThat(fixture.engine.status(id).status()).isEqualTo(ExecutionStatus.RUNNING);
    }

    @Test
    void replacesInvalidUtf8() throws Exception {
        var id = fixture.start(shell("printf 'a\\377b\\nc\\360\\237\\230\\200d\\n'"));

        assertThat(fixture.follow(id).awaitAll()).containsExactly("a\uFFFDb", "c\uD83D\uDE00d");
        assertThat(fixture.end(id).stdout()).isEqualTo("a\uFFFDb\nc\uD83D\uDE00d\n");
    }

    @Test
    void endsLinesAtCarriageReturnAndLineFeed() throws Exception {
        var id = fixture.start(shell("printf 'one\\r\\ntwo\\n\\nfour'"));

        assertThat(fixture.follow(id).awaitAll()).containsExactly("one", "two", "", "four");
        assertThat(fixture.end(id).stdout()).isEqualTo("one\r\ntwo\n\nfour");
    }

    @Test
    void handsOutALineOfFiveMegabytesInPieces() throws Exception {
        var id = fixture.start(shell("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo after"));

        var lines = fixture.follow(id).awaitAll();

        assertThat(lines).last().isEqualTo("after");
        assertThat(lines).allMatch(line -> line.length() <= LineSplitter.LIMIT);
        assertThat(String.join("", lines)).isEqualTo("x".repeat(5_000_000) + "after");
        assertThat(fixture.end(id).stdout()).hasSize(5_000_000 + "\nafter\n".length());
    }

    @Test
    void losesNothingOfManyLines() throws Exception {
        var id = fixture.start(shell("seq 1 200000"));
        var lines = fixture.follow(id).awaitAll();

        assertThat(lines).hasSize(200_000);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo(Integer.toString(i + 1));
        }
        assertThat(fixture.end(id).stdout()).isEqualTo(String.join("\n", lines) + "\n");
    }

    @Test
    void givesALateSubscriberEverything() throws Exception {
        var id = fixture.start(shell("echo a; echo b >&2"));
        fixture.end(id);

        var late = fixture.follow(id);

        assertThat(late.awaitAll()).containsExactlyInAnyOrder("a", "! b");
        assertThat(late.end.join().exitCode()).isZero();
    }

    @Test
    void isNotDelayedByASlowListener() throws Exception {
        var blocked = new CountDownLatch(1);
        var id = fixture.start(shell("seq 1 100000"));
        var slow = new CompletableFuture<Integer>();
        var count = new AtomicInteger();
        fixture.engine.output(id, new OutputListener() {
            @Override
            public void line(Stream stream, String line) {
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                count.incrementAndGet();
            }

            @Override
            public void ended(ExecutionResult result) {
                slow.complete(count.get());
            }
        });

        assertThat(fixture.end(id).succeeded()).isTrue();
        assertThat(fixture.follow(id).awaitAll()).hasSize(100_000);
        blocked.countDown();
        assertThat(slow.get(30, SECONDS)).isEqualTo(100_000);
    }

    @Test
    void survivesAThrowingListener() throws Exception {
        var heard = new ArrayList<String>();
        var end = new CompletableFuture<ExecutionResult>();
        var id = fixture.start(shell("echo a; echo b"));
        fixture.engine.output(id, new OutputListener() {
            @Override
            public void line(Stream stream, String line) {
                heard.add(line);
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void ended(ExecutionResult result) {
                end.complete(result);
            }
        });

        assertThat(end.get(30, SECONDS).succeeded()).isTrue();
        assertThat(heard).containsExactly("a", "b");
        assertThat(fixture.follow(id).awaitAll()).containsExactly("a", "b");
    }

    @Test
    void tellsAClosedSubscriptionNothingMore() throws Exception {
        var id = fixture.start(shell("echo a; sleep 0.3; echo b"));
        var lines = new EngineFixture.Lines();
        var subscription = fixture.engine.output(id, lines);
        lines.first.get(5, SECONDS);
        subscription.close();
        fixture.end(id);
        fixture.follow(id).awaitAll();

        assertThat(lines.all).containsExactly("a");
        assertThat(lines.end).isNotDone();
    }

    @Test
    void endsThoughTheChildClosedItsPipesAndThoughABackgroundProcessHoldsThem() throws Exception {
        var closing = fixture.run(shell("exec >&- 2>&-; sleep 0.2; exit 3"));
        assertThat(closing.exitCode()).isEqualTo(3);

        var holding = fixture.run(shell("echo before; sleep 30 & exit 0"));
        assertThat(holding.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(holding.stdout()).isEqualTo("before\n");
        assertThat(holding.duration()).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void closesStandardInput() throws Exception {
        var result = fixture.run(exec("cat"));

        assertThat(result.succeeded()).isTrue();
        assertThat(result.stdout()).isEmpty();
    }

    @Test
    void listsNewestFirst() throws Exception {
        var ids = List.of(fixture.start(shell("exit 1")), fixture.start(shell("exit 2")), fixture.start(shell("exit 3")));
        for (var id : ids) {
            fixture.end(id);
        }

        assertThat(fixture.engine.history(HistoryFilter.ALL)).extracting(entry -> entry.exitCode()).containsExactly(3, 2, 1);
        assertThat(fixture.engine.history(HistoryFilter.ALL)).allSatisfy(entry -> {
            assertThat(entry.approvedBy()).isEqualTo("tester");
            assertThat(entry.completedAt()).isNotNull();
        });
    }
}
