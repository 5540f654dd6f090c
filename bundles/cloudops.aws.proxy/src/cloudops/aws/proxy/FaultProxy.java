package cloudops.aws.proxy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import cloudops.aws.proxy.Answer.Reply;

/** Passes requests on to a simulator, but for those of the scopes that it was told to break. Thread-safe. */
public final class FaultProxy implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(300);

    /** Which requests of ten are throttled. */
    private static final List<Integer> THREE_OF_TEN = List.of(0, 3, 6);

    private final Upstream simulator;
    private final ProxyServer server;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    /**
     * What requests share; null for any.
     *
     * @param accessKey of the account
     * @param service the name that it signs with
     */
    public record Scope(String accessKey, String region, String service) {

        boolean holds(AwsRequest request) {
            return matches(accessKey, request.accessKey()) && matches(region, request.region()) && matches(service, request.service());
        }

        private static boolean matches(String wanted, String found) {
            return wanted == null || wanted.equals(found);
        }
    }

    /** @param spared so many requests of the scope are still passed on */
    private record Rule(Scope scope, Fault fault, int spared, AtomicInteger seen) {
    }

    public FaultProxy(URI simulator) throws IOException {
        this.simulator = new Upstream(simulator);
        this.server = new ProxyServer(this::answer);
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /** From now on; where scopes overlap, the first counts. */
    public void inject(Scope scope, Fault fault) {
        inject(scope, fault, 0);
    }

    /** As {@link #inject(Scope, Fault)}, but for the next {@code spared} requests of the scope. */
    public void inject(Scope scope, Fault fault, int spared) {
        rules.add(new Rule(scope, fault, spared, new AtomicInteger()));
    }

    /** All is well from now on. */
    public void heal() {
        rules.clear();
    }

    private Answer answer(AwsRequest request) throws IOException, InterruptedException {
        for (var rule : rules) {
            if (rule.scope().holds(request)) {
                int number = rule.seen().getAndIncrement() - rule.spared();
                return number < 0 ? simulator.answer(request) : broken(rule.fault(), number, request);
            }
        }
        return simulator.answer(request);
    }

    private Answer broken(Fault fault, int number, AwsRequest request) throws IOException, InterruptedException {
        return switch (fault) {
            case ACCESS_DENIED, EXPLICIT_DENY, THROTTLED, SERVER_ERROR, DISABLED_REGION, EXPIRED_TOKEN, WRONG_CLOCK -> Refusal.of(fault, request);
            case THROTTLED_30_PERCENT -> THREE_OF_TEN.contains(number % 10) ? Refusal.of(fault, request) : simulator.answer(request);
            case BAD_GATEWAY -> Reply.of(502, "text/html", "<html><head><title>502 Bad Gateway</title><body><hr>The upstream said nothing</html>");
            case GARBAGE -> new Reply(200, Map.of("Content-Type", "text/xml"), new byte[] {0, (byte) 0xff, '<', '{', (byte) 0xc3, 0x28, 13, 7, '&', ';'});
            case LOGIN_PAGE -> Reply.of(200, "text/html", "<html><body><form action=\"/login\"><p>Log in to this network</p></form></body></html>");
            case EMPTY -> new Reply(200, Map.of("Content-Type", "text/xml"), new byte[0]);
            case CUT_OFF -> new Answer.CutOff(simulator.answer(request));
            case HANG -> new Answer.Silence();
            case RESET -> new Answer.Reset();
            case SLOW -> new Answer.Late(simulator.answer(request), PAUSE);
        };
    }

    @Override
    public void close() {
        server.close();
        simulator.close();
    }
}
