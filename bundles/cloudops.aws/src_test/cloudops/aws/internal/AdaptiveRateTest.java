package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveRateTest {

    private final AdaptiveRate rate = new AdaptiveRate(20);

    @Test
    void halvesOnceForCallsThatWereThrottledTogether() {
        int together = rate.era();
        rate.throttled(together);
        rate.throttled(together);
        rate.throttled(together);
        assertThat(rate.limit()).isEqualTo(10);
        rate.throttled(rate.era());
        assertThat(rate.limit()).isEqualTo(5);
    }

    @Test
    void neverEndsAtNothing() {
        for (int i = 0; i < 20; i++) {
            rate.throttled(rate.era());
        }
        assertThat(rate.limit()).isEqualTo(1);
    }

    @Test
    void comesBackSlowlyAndNotBeyondWhereItWas() {
        rate.throttled(rate.era());
        taken(49);
        assertThat(rate.limit()).isEqualTo(10);
        taken(1);
        assertThat(rate.limit()).isEqualTo(11);
        taken(5000);
        assertThat(rate.limit()).isEqualTo(20);
    }

    @Test
    void aThrottledCallEndsTheCalm() {
        rate.throttled(rate.era());
        taken(49);
        rate.throttled(rate.era() - 1);
        taken(49);
        assertThat(rate.limit()).isEqualTo(10);
    }

    @Test
    void aHigherRateComesBackInSteps() {
        var fast = new AdaptiveRate(100);
        fast.throttled(fast.era());
        for (int i = 0; i < 250; i++) {
            fast.taken();
        }
        assertThat(fast.limit()).isEqualTo(55);
    }

    private void taken(int calls) {
        for (int i = 0; i < calls; i++) {
            rate.taken();
        }
    }
}
