package cloudops.execution.internal.event;

import static cloudops.execution.internal.EngineFixture.shell;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionEvent.Completed;
import cloudops.execution.ExecutionEvent.Progress;
import cloudops.execution.ExecutionEvent.Started;
import cloudops.execution.ExecutionEvent.Stdout;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.spi.EventHandler;

@Timeout(120)
class EventsTest {

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
    void tellsOfStartOutputAndEndInOrder() throws Exception {
        var heard = new Remembering();
        fixture.engine.addHandler(heard);

        var id = fixture.start(shell("echo one; echo two; printf three"));

        heard.awaitEnds(1);
        assertThat(heard.told(id)).containsExactly("started RUNNING", "out one", "out two", "out three", "completed 0");
        assertThat(heard.all.getFirst()).isInstanceOfSatisfying(Started.class, started -> {
            assertThat(started.entry().approvedBy()).isEqualTo("tester");
            assertThat(started.at()).isEqualTo(started.entry().startedAt());
        });
        assertThat(heard.all.getLast()).isInstanceOfSatisfying(Completed.class,
                completed -> assertThat(completed.at()).isEqualTo(completed.entry().completedAt()));
    }

    @Test
    void tellsALineWhileTheCommandStillRuns() throws Exception {
        var line = new CompletableFuture<String>();
        fixture.engine.addHandler(event -> {
            if (event instanceof Stdout out) {
                line.complete(out.line());
            }
        });

        fixture.start(shell("echo early; exec sleep 60"));

        assertThat(line.get(10, SECONDS)).isEqualTo("early");
    }

    @Test
    void keepsTheStreamsApartAndLosesNothing() throws Exception {
        var heard = new Remembering();
        fixture.engine.addHandler(heard);

        var id = fixture.start(shell("echo oops >&2; seq 1 200000"));

        heard.awaitEnds(1);
        var told = heard.told(id);
        assertThat(told).contains("err oops");
        assertThat(told.stream().filter(line -> line.startsWith("out ")))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 200_000).mapToObj(number -> "out " + number).toList());
    }

    @Test
    void tellsHowItEnded() throws Exception {
        var heard = new Remembering();
        fixture.engine.addHandler(heard);

        var odd = fixture.start(shell("exit 7"));
        var missing = fixture.start(EngineFixture.exec("/no/such/program"));
        var slow = fixture.start(shell("exec sleep 60").withTimeout(Duration.ofMillis(200)));
        var cancelled = fixture.start(shell("exec sleep 60"));
        fixture.engine.cancel(cancelled);

        heard.awaitEnds(4);
        assertThat(heard.told(odd)).last().isEqualTo("completed 7");
        assertThat(heard.told(missing)).last().isEqualTo("failed FAILED");
        assertThat(heard.told(slow)).last().isEqualTo("failed TIMED_OUT");
        assertThat(heard.told(cancelled)).last().isEqualTo("cancelled");
    }

    @Test
    void tellsOfWaitingForConsentAndOfTheStartAfterIt() throws Exception {
        var heard = new Remembering();
        fixture.engine.addHandler(heard);

        var granted = fixture.engine.executeWithApproval(shell("echo done"), (request, verdict) -> Optional.of("ann"));
        var refused = fixture.engine.executeWithApproval(shell("echo done"), (request, verdict) -> Optional.empty());

        heard.awaitEnds(2);
        assertThat(heard.told(granted)).containsExactly("started AWAITING_APPROVAL", "started RUNNING", "out done", "completed 0");
        assertThat(heard.told(refused)).containsExactly("started AWAITING_APPROVAL", "cancelled");
    }

    @Test
    void keepsOutputFromThoseWhoDoNotWantIt() throws Exception {
        var asked = new AtomicInteger();
        var heard = new Remembering() {
            @Override
            public boolean wantsOutput() {
                asked.incrementAndGet();
                return false;
            }
        };
        fixture.engine.addHandler(heard);

        var id = fixture.start(shell("for i in 1 2 3; do echo $i; sleep 0.05; done"));

        heard.awaitEnds(1);
        assertThat(heard.told(id)).containsExactly("started RUNNING", "completed 0");
        assertThat(asked).hasValue(1);
    }

    @Test
    void tellsOfPlansAndTheirProgress() {
        var heard = new Remembering();
        var plan = record(ExecutionStatus.RUNNING);
        var end = new CompletableFuture<ExecutionRecord>();
        try (var events = new Events()) {
            events.add(heard);
            events.started(plan, null, end);
            events.progress(new Progress(plan.id(), Instant.now(), "one", ExecutionStatus.COMPLETED, 1, 2));
            events.progress(new Progress(plan.id(), Instant.now(), "two", ExecutionStatus.SKIPPED, 2, 2));
            events.progress(new Progress(UUID.randomUUID(), Instant.now(), "of another", ExecutionStatus.SKIPPED, 2, 2));
            end.complete(plan.ended(ExecutionStatus.FAILED, null, "a step failed", Instant.now()));
        }

        assertThat(heard.told(plan.id())).containsExactly("started RUNNING", "progress one 1/2", "progress two 2/2", "failed FAILED");
        assertThat(heard.all).hasSize(4);
    }

    @Test
    void tellsALateHandlerOnlyOfWhatStartsFromThenOn() throws Exception {
        var gate = home.resolve("gate");
        var before = fixture.start(shell("while [ ! -e " + gate + " ]; do sleep 0.02; done; echo late"));
        var heard = new Remembering();
        fixture.engine.addHandler(heard);
        var after = fixture.start(shell("touch " + gate));
        fixture.end(before);

        heard.awaitEnds(1);
        assertThat(heard.told(after)).hasSize(2);
        assertThat(heard.told(before)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = { IllegalStateException.class, NoClassDefFoundError.class, AssertionError.class, StackOverflowError.class,
            InterruptedException.class })
    void goesOnThoughAHandlerThrows(Class<? extends Throwable> kind) throws Exception {
        var heard = new Remembering();
        var calls = new AtomicInteger();
        fixture.engine.addHandler(event -> {
            calls.incrementAndGet();
            EventsTest.<RuntimeException>sneak(kind);
        });
        fixture.engine.addHandler(heard);

        try (var warnings = new Warnings()) {
            var id = fixture.start(shell("echo one; echo two"));
            assertThat(fixture.end(id).succeeded()).isTrue();
            heard.awaitEnds(1);
            fixture.close();

            assertThat(heard.told(id)).containsExactly("started RUNNING", "out one", "out two", "completed 0");
            assertThat(calls).as("it still gets the rest").hasValue(4);
            assertThat(warnings.about("event handler failed")).hasSize(1);
        }
    }

    @Test
    void asksNobodyForOutputThatThrowsWhenAsked() throws Exception {
        var heard = new Remembering() {
            @Override
            public boolean wantsOutput() {
                throw new IllegalStateException("on purpose");
            }
        };
        fixture.engine.addHandler(heard);

        var id = fixture.start(shell("echo one"));

        heard.awaitEnds(1);
        assertThat(heard.told(id)).containsExactly("started RUNNING", "completed 0");
    }

    @Test
    void isNotHeldUpByAHandlerThatBlocksForEver() throws Exception {
        var blocked = new CountDownLatch(1);
        var heard = new Remembering();
        for (int i = 0; i < 100; i++) { // more than there are carriers of virtual threads
            fixture.engine.addHandler(event -> pinFor(blocked));
        }
        fixture.engine.addHandler(heard);

        var first = fixture.start(shell("seq 1 1000"));
        assertThat(fixture.end(first).succeeded()).isTrue();
        var second = fixture.start(shell("exec sleep 60"));
        fixture.engine.cancel(second);
        assertThat(fixture.end(second).status()).isEqualTo(ExecutionStatus.CANCELLED);
        heard.awaitEnds(2);

        var begin = Instant.now();
        fixture.engine.close();
        assertThat(EngineFixture.millisSince(begin)).isLessThan(10_000);
        blocked.countDown();
    }

    @Test
    void tellsASlowHandlerOfAThousandExecutions() throws Exception {
        var slow = new Remembering() {
            @Override
            public void handle(ExecutionEvent event) {
                pause();
                super.handle(event);
            }
        };
        var quick = new Remembering();
        fixture.engine.addHandler(slow);
        fixture.engine.addHandler(quick);
        var ids = new ArrayList<UUID>();

        for (int i = 0; i < 1_000; i++) {
            ids.add(fixture.start(EngineFixture.exec("echo", "number " + i)));
        }

        quick.awaitEnds(1_000);
        slow.awaitEnds(1_000);
        for (int i = 0; i < ids.size(); i++) {
            var expected = List.of("started RUNNING", "out number " + i, "completed 0");
            assertThat(quick.told(ids.get(i))).isEqualTo(expected);
            assertThat(slow.told(ids.get(i))).isEqualTo(expected);
        }
    }

    @Test
    void holdsBackABoundedNumberOfExecutionsForABlockedHandler() throws Exception {
        var entered = new CountDownLatch(1);
        var blocked = new CountDownLatch(1);
        var heard = new Remembering();
        var quick = new Remembering();
        int missed = 100;
        try (var events = new Events(); var warnings = new Warnings()) {
            events.add(event -> {
                entered.countDown();
                await(blocked);
                heard.handle(event);
            });
            events.add(quick);
            var first = record(ExecutionStatus.RUNNING);
            var end = new CompletableFuture<ExecutionRecord>();
            events.started(first, null, end);
            entered.await();
            for (int i = 0; i < Recipient.BACKLOG + missed; i++) {
                startAndEnd(events);
            }
            quick.awaitEnds(Recipient.BACKLOG + missed);
            assertThat(warnings.about("is blocked or too slow")).hasSize(1);

            blocked.countDown();
            heard.awaitEnds(Recipient.BACKLOG);
            end.complete(first.ended(ExecutionStatus.COMPLETED, 0, null, Instant.now()));
            heard.awaitEnds(1);
            var later = startAndEnd(events);

            heard.awaitEnds(1);
            assertThat(heard.told(later)).containsExactly("started RUNNING", "completed 0");
            assertThat(heard.all).hasSize(2 * (Recipient.BACKLOG + 2));
            assertThat(warnings.about("handler moves on")).singleElement().asString().endsWith(": " + missed);
            assertThat(warnings.about("is blocked or too slow")).hasSize(1);
        }
    }

    @Test
    void tellsARemovedHandlerNothingMore() throws Exception {
        var inside = new CountDownLatch(1);
        var removed = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var calls = new AtomicInteger();
        EventHandler handler = event -> {
            if (event instanceof Stdout && calls.incrementAndGet() == 10) {
                inside.countDown();
                await(removed);
                left.countDown();
            }
        };
        var other = new Remembering();
        fixture.engine.addHandler(handler);
        fixture.engine.addHandler(other);

        var id = fixture.start(shell("seq 1 5000; exec sleep 0.2"));
        inside.await();
        fixture.engine.removeHandler(handler);
        removed.countDown();
        left.await();
        fixture.end(id);
        other.awaitEnds(1);
        fixture.engine.close();

        assertThat(calls).hasValue(10);
        assertThat(other.told(id)).hasSize(5_002);
    }

    @Test
    void letsAHandlerRemoveItself() throws Exception {
        var calls = new LinkedBlockingQueue<ExecutionEvent>();
        var self = new CompletableFuture<EventHandler>();
        EventHandler handler = event -> {
            calls.add(event);
            fixture.engine.removeHandler(self.join());
        };
        self.complete(handler);
        fixture.engine.addHandler(handler);

        fixture.end(fixture.start(shell("echo one")));
        fixture.engine.close();

        assertThat(calls).singleElement().isInstanceOf(Started.class);
    }

    @Test
    void letsAHandlerUseTheEngine() throws Exception {
        var again = new AtomicBoolean();
        var heard = new Remembering();
        fixture.engine.addHandler(event -> {
            if (event instanceof Completed && again.compareAndSet(false, true)) {
                try {
                    fixture.end(fixture.start(shell("echo two")));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        fixture.engine.addHandler(heard);

        fixture.start(shell("echo one"));

        heard.awaitEnds(2);
    }

    @Test
    void tellsOfTheEndOfWhatTheClosingEngineCancels() throws Exception {
        var heard = new Remembering();
        fixture.engine.addHandler(heard);
        var id = fixture.start(shell("exec sleep 60"));

        fixture.engine.close();

        assertThat(heard.told(id)).containsExactly("started RUNNING", "cancelled");
    }

    @Test
    void tellsTheRestWhenTheLogIsDamaged() throws Exception {
        var heard = new Remembering();
        var blocked = new CountDownLatch(1);
        fixture.engine.addHandler(event -> {
            await(blocked);
            heard.handle(event);
        });

        var result = fixture.run(shell("seq 1 100000"));
        java.nio.file.Files.write(result.logPath(), new byte[100]);
        blocked.countDown();

        heard.awaitEnds(1);
        assertThat(heard.told(result.id())).startsWith("started RUNNING").endsWith("completed 0");
    }

    @Test
    void hasNoThreadForHandlersWithNothingToHear() {
        try (var events = new Events()) {
            var before = threads();
            events.add(new Remembering());
            assertThat(threads()).isEqualTo(before);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("execution-events")).count();
    }

    private static UUID startAndEnd(Events events) {
        var entry = record(ExecutionStatus.RUNNING);
        events.started(entry, null, CompletableFuture.completedFuture(entry.ended(ExecutionStatus.COMPLETED, 0, null, Instant.now())));
        return entry.id();
    }

    static ExecutionRecord record(ExecutionStatus status) {
        return new ExecutionRecord(UUID.randomUUID(), "plan", "a plan", status, null, null, Instant.now(), null,
                ExecutionRequest.Metadata.NONE, null, null, null, null, null, null, null);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits as old code does, which keeps a virtual thread on its carrier. */
    private static synchronized void pinFor(CountDownLatch latch) {
        await(latch);
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Class<? extends Throwable> kind) throws T {
        try {
            throw (T) kind.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Remembers what it was told, in the order in which it was. */
    static class Remembering implements EventHandler {
        final List<ExecutionEvent> all = Collections.synchronizedList(new ArrayList<>());
        private final LinkedBlockingQueue<UUID> ends = new LinkedBlockingQueue<>();

        @Override
        public void handle(ExecutionEvent event) {
            all.add(event);
            switch (event) {
                case ExecutionEvent.Completed end -> ends.add(end.executionId());
                case ExecutionEvent.Failed end -> ends.add(end.executionId());
                case ExecutionEvent.Cancelled end -> ends.add(end.executionId());
                default -> {
                    // goes on
                }
            }
        }

        void awaitEnds(int count) throws InterruptedException {
            for (int i = 0; i < count; i++) {
                assertThat(ends.poll(60, SECONDS)).as("end %d of %d", i + 1, count).isNotNull();
            }
        }

        List<String> told(UUID id) {
            synchronized (all) {
                return all.stream().filter(event -> event.executionId().equals(id)).map(Remembering::text).toList();
            }
        }

        private static String text(ExecutionEvent event) {
            return switch (event) {
                case ExecutionEvent.Started started -> "started " + started.entry().status();
                case ExecutionEvent.Stdout out -> "out " + out.line();
                case ExecutionEvent.Stderr err -> "err " + err.line();
                case ExecutionEvent.Completed completed -> "completed " + completed.entry().exitCode();
                case ExecutionEvent.Failed failed -> "failed " + failed.entry().status();
                case ExecutionEvent.Cancelled cancelled -> "cancelled";
                case ExecutionEvent.Progress progress -> "progress " + progress.stepId() + " " + progress.done() + "/" + progress.total();
            };
        }
    }

    /** What is logged meanwhile. */
    static final class Warnings extends Handler implements AutoCloseable {
        private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
        private final Logger logger = Logger.getLogger("cloudops.execution.internal.event");

        Warnings() {
            logger.addHandler(this);
        }

        List<String> about(String words) {
            synchronized (messages) {
                Predicate<String> matches = message -> message.contains(words);
                return messages.stream().filter(matches).toList();
            }
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                messages.add(new SimpleFormatter().formatMessage(entry));
            }
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }
}
