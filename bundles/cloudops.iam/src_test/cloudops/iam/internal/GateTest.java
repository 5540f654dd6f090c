package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.CallerIdentity;
import cloudops.iam.internal.Gate.End;

@Timeout(60)
class GateTest {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Principal BOB = Principal.of(new CallerIdentity("1", "arn:aws:iam::1:user/bob", "AIDA1"));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void letsHalfAsManyRunAfterEachRoundThatIsThrottled() throws Exception {
        var gate = new Gate(8, MOMENT, MOMENT);

        assertThat(gate.width()).isEqualTo(8);
        round(gate, 8, End.THROTTLED);
        assertThat(gate.width()).as("eight at once count once").isEqualTo(4);
        round(gate, 4, End.THROTTLED);
        round(gate, 2, End.THROTTLED);
        round(gate, 1, End.THROTTLED);
        assertThat(gate.width()).as("one may always run").isEqualTo(1);
    }

    @Test
    void letsOneMoreRunAfterEachAnswer() throws Exception {
        var gate = new Gate(4, MOMENT, MOMENT);
        round(gate, 4, End.THROTTLED);
        round(gate, 2, End.FAILED);
        assertThat(gate.width()).as("another failure says nothing").isEqualTo(2);
        round(gate, 1, End.ANSWERED);
        assertThat(gate.width()).isEqualTo(3);
        round(gate, 3, End.ANSWERED);
        assertThat(gate.width()).as("never more than at first").isEqualTo(4);
    }

    @Test
    void canBeInterruptedWhileItWaits() throws Exception {
        var gate = new Gate(1, MOMENT, MOMENT);
        gate.enter();
        Callable<Long> waits = gate::enter;
        var waiting = new FutureTask<>(waits);
        var thread = Thread.ofVirtual().start(waiting);

        thread.interrupt();

        assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedException.class);
    }

    /** AWS that takes three calls at a time, and 60 that want to call it, each of which can be refused often enough to give up. */
    @Test
    void bringsEveryCallThroughAnAwsThatTakesFew() throws Exception {
        var running = new AtomicInteger();
        var refused = new AtomicInteger();
        var calls = new IamCalls((call, transport) -> {
            try {
                if (running.incrementAndGet() > 3) {
                    refused.incrementAndGet();
                    throw new AwsException(Problem.THROTTLED, "Throttling", "Rate exceeded", null);
                }
                TimeUnit.MILLISECONDS.sleep(1);
                return JsonNodeFactory.instance.objectNode();
            } finally {
                running.decrementAndGet();
            }
        }, new IamCalls.Tempo(MOMENT, Duration.ofMillis(4), Duration.ofMinutes(10)));
        var asked = new ArrayList<Future<?>>();
        for (int i = 0; i < 60; i++) {
            asked.add(threads.submit(() -> calls.call("p", BOB, "get-user", JsonNodeFactory.instance.objectNode())));
        }

        for (var one : asked) {
            one.get();
        }
        assertThat(running).hasValue(0);
        assertThat(refused.get()).isPositive();
    }

    @Test
    void givesUpWhenItsPatienceEnds() {
        var tries = new AtomicInteger();
        var calls = new IamCalls((call, transport) -> {
            tries.incrementAndGet();
            throw new AwsException(Problem.THROTTLED, "Throttling", "Rate exceeded", null);
        }, new IamCalls.Tempo(MOMENT, MOMENT, Duration.ofMillis(50)));

        assertThatThrownBy(() -> calls.call("p", BOB, "get-user", JsonNodeFactory.instance.objectNode())).isInstanceOf(AwsException.class);
        assertThat(tries.get()).isGreaterThan(1);
    }

    private static void round(Gate gate, int calls, End end) throws InterruptedException {
        var entered = new long[calls];
        for (int i = 0; i < calls; i++) {
            entered[i] = gate.enter();
        }
        for (long each : entered) {
            gate.leave(each, end);
        }
    }
}
