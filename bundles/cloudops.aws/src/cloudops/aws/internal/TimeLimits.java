package cloudops.aws.internal;

import java.time.Duration;

/** How long is waited for AWS; the same for both transports. */
final class TimeLimits {

    /**
     * The SDK's own default. A connection takes a round trip, a third of a second around the world; the first lost packet is sent again
     * after 1 s.
     */
    static final Duration CONNECT = Duration.ofSeconds(2);

    /**
     * Silence on a connection; the SDK's own default. AWS's slowest reads answer within a few seconds a page, and its gateways themselves give
     * up after 29 s (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
     */
    static final Duration READ = Duration.ofSeconds(30);

    /** One request, also one whose answer drips in; four times {@link #READ}. */
    static final Duration REQUEST = Duration.ofMinutes(2);

    /** All pages of a call, their retries and waits for a turn: thousands of pages at the usual rates. */
    static final Duration CALL = Duration.ofMinutes(10);

    /** How long a dead endpoint is left alone: at most half of a scan's time then goes into waits for it, and it is soon noticed to be back. */
    static final Duration DEAD = Duration.ofSeconds(30);

    private TimeLimits() {
    }
}
