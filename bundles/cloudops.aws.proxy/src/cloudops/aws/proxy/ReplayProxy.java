package cloudops.aws.proxy;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import cloudops.aws.proxy.Answer.Reply;

/**
 * Answers from memory what a simulator answered before, so that a measurement is one of the client. For requests that read: the same request of the same account
 * in the same region is answered the same for ever, whatever its signature. Shows as many {@linkplain #copies copies} of the simulator's estate as is asked for.
 * Thread-safe.
 */
public final class ReplayProxy implements AutoCloseable {

    private final Upstream simulator;
    private final ProxyServer server;
    private final Map<Asked, Reply> known = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile int copies = 1;

    /** What makes a request the same as another. */
    private record Asked(String accessKey, String region, String service, String method, String target, String body) {

        static Asked by(AwsRequest request) {
            return new Asked(request.accessKey(), request.region(), request.service(), request.method(), request.target(), request.text());
        }
    }

    public ReplayProxy(URI simulator) throws IOException {
        this.simulator = new Upstream(simulator);
        this.server = new ProxyServer(this::answer);
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /**
     * Shows the estate so many times from now on, 1 to 99. Copied is what has {@code -c00-} in its name, and instances, their volumes and network interfaces.
     */
    public void copies(int count) {
        if (count < 1 || count > 99) {
            throw new IllegalArgumentException("1 to 99 copies, not " + count);
        }
        copies = count;
    }

    /** Calls since the last {@link #forgetCalls}, by the service's signing name. */
    public Map<String, Integer> calls() {
        var counted = new TreeMap<String, Integer>();
        calls.forEach((service, count) -> counted.put(service, count.get()));
        return counted;
    }

    /** Counts from 0 again; what was answered stays known. */
    public void forgetCalls() {
        calls.clear();
    }

    private Reply answer(AwsRequest request) throws IOException, InterruptedException {
        calls.computeIfAbsent(request.service(), service -> new AtomicInteger()).incrementAndGet();
        int count = copies;
        return count == 1 ? remembered(request) : Copies.answer(request, count, this::remembered);
    }

    private Reply remembered(AwsRequest request) throws IOException, InterruptedException {
        var asked = Asked.by(request);
        var reply = known.get(asked);
        if (reply == null) {
            reply = simulator.answer(request);
            known.put(asked, reply);
        }
        return reply;
    }

    @Override
    public void close() {
        server.close();
        simulator.close();
    }
}
