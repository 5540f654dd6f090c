package cloudops.vectorstore.qdrant.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * A server that speaks Qdrant's protocol, as strict as Qdrant 1.18 is by its documentation and sources, on a port of loopback. It can be told to
 * misbehave. What it does not know it refuses, so that nothing passes for tested that is not.
 */
final class QdrantDouble implements AutoCloseable, ServerInterceptor {

    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

    final Map<String, StoredCollection> collections = new ConcurrentHashMap<>();
    final AtomicInteger calls = new AtomicInteger();
    /** So many calls are answered UNAVAILABLE, undone. */
    final AtomicInteger unavailable = new AtomicInteger();
    /** So many calls are done, and then answered UNAVAILABLE. */
    final AtomicInteger lostAnswers = new AtomicInteger();
    /** So many calls are never answered. */
    final AtomicInteger silent = new AtomicInteger();

    private final String apiKey;
    private final Server server;

    QdrantDouble() {
        this(null, 0, InsecureServerCredentials.create());
    }

    /** @param apiKey null for none */
    QdrantDouble(String apiKey, int port, ServerCredentials credentials) {
        this.apiKey = apiKey;
        try {
            server = Grpc.newServerBuilderForPort(port, credentials).addService(new CollectionsService(collections))
                    .addService(new PointsService(collections)).maxInboundMessageSize(64 << 20).intercept(this).build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    String address() {
        return "qdrant://127.0.0.1:" + port();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        calls.incrementAndGet();
        if (apiKey != null && !apiKey.equals(headers.get(API_KEY))) {
            return refuse(call, Status.UNAUTHENTICATED.withDescription(headers.get(API_KEY) == null
                    ? "Must provide an API key or an Authorization bearer token" : "Invalid API key or JWT"));
        }
        if (take(unavailable)) {
            return refuse(call, Status.UNAVAILABLE.withDescription("injected"));
        }
        if (take(silent)) {
            return new ServerCall.Listener<>() {
            };
        }
        return next.startCall(take(lostAnswers) ? losing(call) : call, headers);
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {
        };
    }

    private static <Q, A> ServerCall<Q, A> losing(ServerCall<Q, A> call) {
        return new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata headers) {
                // the connection breaks before the answer
            }

            @Override
            public void sendMessage(A message) {
                // as above
            }

            @Override
            public void close(Status status, Metadata trailers) {
                delegate().close(Status.UNAVAILABLE.withDescription("injected, after the work was done"), new Metadata());
            }
        };
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
}
