package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

class PacingTest {

    private static final AwsCall CALL = new AwsCall("rds", "describe-db-instances", null, "prod", "eu-west-1");
    private static final Route ROUTE = route("111111111111", "rds", "proxy");

    /** Stands still until it is set. */
    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final TestClock clock = new TestClock();
    private final Pacing pacing = new Pacing(clock);
    /** What comes back; the last for ever. An empty code is an answer. */
    private final Deque<AwsException> outcomes = new ArrayDeque<>();
    private int attempts;

    private static Route route(String account, String service, String host) {
        return new Route(account, "eu-west-1", service, host);
    }

    private static AwsException failure(Problem problem, String code) {
        return new AwsException(problem, code, "it failed", null);
    }

    private static AwsException network(String code) {
        return failure(Problem.NETWORK, code);
    }

    private String call(Route route) throws AwsException, InterruptedException {
        return pacing.call(CALL, route, () -> {
            attempts++;
            var outcome = outcomes.size() > 1 ? outcomes.removeFirst() : outcomes.getFirst();
            if (!outcome.code().isEmpty()) {
                throw outcome;
            }
            return "answer";
        });
    }

    private String code(Route route) throws InterruptedException {
        try {
            return call(route);
        } catch (AwsException e) {
            return e.code();
        }
    }

    private void answers() {
        outcomes.add(failure(Problem.OTHER, ""));
    }

    @Test
    void triesAgainWhatMayPass() throws Exception {
        outcomes.addAll(List.of(failure(Problem.THROTTLED, "Throttling"), failure(Problem.SERVER_ERROR, "500"), network(AwsErrors.CONNECTION_LOST)));
        answers();
        assertThat(call(ROUTE)).isEqualTo("answer");
        assertThat(attempts).isEqualTo(4);
    }

    @Test
    void givesUpInTheEnd() throws Exception {
        outcomes.add(failure(Problem.SERVER_ERROR, "500"));
        assertThat(code(ROUTE)).isEqualTo("500");
        assertThat(attempts).isEqualTo(4);
    }

    /** A listing of thousands of pages that fails near its end each time. */
    @Test
    void beginsNoAttemptAfterTheTimeOfACall() {
        assertThatThrownBy(() -> pacing.call(CALL, ROUTE, () -> {
            attempts++;
            clock.now = clock.now.plus(TimeLimits.CALL.dividedBy(2));
            throw failure(Problem.SERVER_ERROR, "500");
        })).isInstanceOfSatisfying(AwsException.class, e -> assertThat(e.problem()).isEqualTo(Problem.SERVER_ERROR));
        assertThat(attempts).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Problem.class, mode = EnumSource.Mode.EXCLUDE, names = { "THROTTLED", "SERVER_ERROR", "NETWORK" })
    void asksOnceWhereNothingWillChange(Problem problem) throws Exception {
        outcomes.add(failure(problem, "code"));
        assertThat(code(ROUTE)).isEqualTo("code");
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void throttlingLowersTheRateForAllOfTheAccount() throws Exception {
        outcomes.add(failure(Problem.THROTTLED, "Throttling"));
        answers();
        call(ROUTE);
        assertThat(pacing.rate(ROUTE)).isEqualTo(10);
        assertThat(pacing.rate(route("222222222222", "rds", "proxy"))).isEqualTo(20);
        assertThat(pacing.rate(route("111111111111", "s3", "proxy"))).isEqualTo(1000);
        for (int i = 0; i < 50; i++) {
            pacing.call(CALL, ROUTE, () -> "answer");
        }
        assertThat(pacing.rate(ROUTE)).isBetween(11, 12);
    }

    @Test
    void aHostThatCannotBeReachedIsLeftAloneByAll() throws Exception {
        outcomes.add(network(AwsErrors.CANNOT_CONNECT));
        assertThat(code(ROUTE)).isEqualTo(AwsErrors.CANNOT_CONNECT);
        assertThat(code(ROUTE)).isEqualTo(AwsErrors.ENDPOINT_DOWN);
        assertThat(attempts).isEqualTo(3);
        assertThat(code(route("222222222222", "ec2", "proxy"))).isEqualTo(AwsErrors.ENDPOINT_DOWN);
        assertThat(attempts).isEqualTo(3);
        assertThat(code(route("111111111111", "rds", "elsewhere"))).isEqualTo(AwsErrors.CANNOT_CONNECT);
        assertThatThrownBy(() -> call(ROUTE)).isInstanceOfSatisfying(AwsException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NETWORK))
                .hasMessageContaining("the last 3 calls to proxy").hasMessageContaining("left alone for up to 30 s")
                .hasMessageContaining("; try: check the network");
    }

    @Test
    void aHostIsTriedAgainAfterAWhile() throws Exception {
        outcomes.add(network(AwsErrors.CANNOT_CONNECT));
        code(ROUTE);
        code(ROUTE);
        clock.now = clock.now.plus(TimeLimits.DEAD).plusMillis(1);
        assertThat(code(ROUTE)).as("one trial, and its second attempt is refused").isEqualTo(AwsErrors.ENDPOINT_DOWN);
        assertThat(attempts).isEqualTo(4);
        clock.now = clock.now.plus(TimeLimits.DEAD).plusMillis(1);
        outcomes.clear();
        answers();
        assertThat(code(ROUTE)).isEqualTo("answer");
        assertThat(code(route("222222222222", "ec2", "proxy"))).isEqualTo("answer");
    }

    @Test
    void whatFailsOnThisMachineSaysNothingOfTheHost() throws Exception {
        outcomes.add(network(AwsErrors.CANNOT_CONNECT));
        code(ROUTE);
        code(ROUTE);
        clock.now = clock.now.plus(TimeLimits.DEAD).plusMillis(1);
        outcomes.clear();
        outcomes.add(failure(Problem.NO_CREDENTIALS, "NO_CREDENTIALS"));
        assertThat(code(ROUTE)).isEqualTo("NO_CREDENTIALS");
        outcomes.clear();
        outcomes.add(network(AwsErrors.CANNOT_CONNECT));
        attempts = 0;
        assertThat(code(ROUTE)).as("one trial, still").isEqualTo(AwsErrors.ENDPOINT_DOWN);
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void theTrialMayBeOfManyParts() throws Exception {
        outcomes.add(network(AwsErrors.CANNOT_CONNECT));
        code(ROUTE);
        code(ROUTE);
        clock.now = clock.now.plus(TimeLimits.DEAD).plusMillis(1);
        assertThat(pacing.<String>call(CALL, ROUTE, () -> pacing.part(CALL, ROUTE, () -> "one, ") + pacing.part(CALL, ROUTE, () -> "two")))
                .isEqualTo("one, two");
        assertThat(pacing.<String>call(CALL, ROUTE, () -> "well again")).isEqualTo("well again");
    }

    @Test
    void aPartIsTriedAgainAndLowersTheRate() throws Exception {
        var part = new ArrayDeque<>(List.of(failure(Problem.THROTTLED, "Throttling"), network(AwsErrors.CONNECTION_LOST)));
        assertThat(pacing.<String>part(CALL, ROUTE, () -> {
            if (!part.isEmpty()) {
                throw part.removeFirst();
            }
            return "page";
        })).isEqualTo("page");
        assertThat(pacing.rate(ROUTE)).isEqualTo(10);
    }

    @Test
    void silenceIsTheRoutesOwn() throws Exception {
        outcomes.add(network(AwsErrors.NO_ANSWER));
        for (int i = 0; i < 3; i++) {
            assertThat(code(ROUTE)).isEqualTo(AwsErrors.NO_ANSWER);
        }
        assertThat(attempts).as("silence is not tried again").isEqualTo(3);
        assertThat(code(ROUTE)).isEqualTo(AwsErrors.ENDPOINT_DOWN);
        outcomes.clear();
        answers();
        assertThat(code(route("222222222222", "rds", "proxy"))).isEqualTo("answer");
        assertThat(code(route("111111111111", "ec2", "proxy"))).isEqualTo("answer");
        assertThat(code(ROUTE)).isEqualTo(AwsErrors.ENDPOINT_DOWN);
    }

    @Test
    void anErrorOfTheServiceIsAnAnswer() throws Exception {
        for (int i = 0; i < 5; i++) {
            outcomes.add(network(AwsErrors.NO_ANSWER));
            outcomes.add(network(AwsErrors.NO_ANSWER));
            outcomes.add(failure(Problem.ACCESS_DENIED, "AccessDenied"));
        }
        for (int i = 0; i < 15; i++) {
            assertThat(code(ROUTE)).isNotEqualTo(AwsErrors.ENDPOINT_DOWN);
        }
    }

    @Test
    void whatIsCancelledSaysNothingAboutTheHost() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> pacing.call(CALL, ROUTE, () -> {
                throw new InterruptedException();
            })).isInstanceOf(InterruptedException.class);
        }
        answers();
        assertThat(code(ROUTE)).isEqualTo("answer");
    }

    @Test
    void interruptingEndsTheWaitForATurn() throws Exception {
        var waiting = new CompletableFuture<Object>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 1_000_000; i++) {
                    pacing.call(CALL, ROUTE, () -> "answer");
                }
                waiting.complete("never waited");
            } catch (AwsException | InterruptedException e) {
                waiting.complete(e);
            }
        });
        thread.interrupt();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
}
