package cloudops.vectorstore.qdrant.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

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
 * misbehave. What it does not know it refuses, so that nothing passes for tested that is not. Keeps everything in memory. Thread-safe.
 */
public final class QdrantDouble implements AutoCloseable, ServerInterceptor {

    /** Whoever sends neither is refused; whoever sends the second may read. Empty for a server that asks for none. */
    public record Keys(Optional<String> all, Optional<String> readOnly) {
        public static final Keys NONE = new Keys(Optional.empty(), Optional.empty());
    }

    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> RETRY_AFTER = Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<String> WRITES = Set.of("qdrant.Points/Upsert", "qdrant.Points/Delete", "qdrant.Points/CreateFieldIndex",
            "qdrant.Collections/Create", "qdrant.Collections/Delete", "qdrant.Collections/UpdateAliases");
    /** What a full disk leaves possible are reads and deletions. */
    private static final Set<String> GROWS = Set.of("qdrant.Points/Upsert", "qdrant.Points/CreateFieldIndex", "qdrant.Collections/Create");
    private static final int LARGEST_REQUEST = 64 << 20;

    public final Map<String, StoredCollection> collections = new ConcurrentHashMap<>();
    /** Other names of collections: alias → name. */
    public final Map<String, String> aliases = new ConcurrentHashMap<>();
    public final AtomicInteger calls = new AtomicInteger();
    /** So many calls are answered UNAVAILABLE, undone. */
    public final AtomicInteger unavailable = new AtomicInteger();
    /** So many calls are done, and then answered UNAVAILABLE. */
    public final AtomicInteger lostAnswers = new AtomicInteger();
    /** So many calls are never answered. */
    public final AtomicInteger silent = new AtomicInteger();
    /** So many writes are put down, and answered before they are applied: the server gave up waiting for itself. */
    public final AtomicInteger late = new AtomicInteger();
    /** So many calls are more than this minute's. */
    public final AtomicInteger limited = new AtomicInteger();
    /** So many requests that take up room are still answered, after which the disk is full. */
    public final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);
    /** Whoever runs the server has locked it against writes. */
    public volatile boolean locked;
    /** Is told of each call, by its full name such as {@code qdrant.Points/Upsert}, before it is served. */
    public volatile Consumer<String> onCall = call -> { };

    private final Keys keys;
    private final Server server;

    public QdrantDouble() {
        this(Keys.NONE, 0, InsecureServerCredentials.create());
    }

    /** @param port 0 for any */
    public QdrantDouble(Keys keys, int port, ServerCredentials credentials) {
        this.keys = keys;
        try {
            server = Grpc.newServerBuilderForPort(port, credentials).addService(new CollectionsService(collections, aliases))
                    .addService(new PointsService(collections, aliases, () -> take(late))).maxInboundMessageSize(LARGEST_REQUEST).intercept(this).build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By its name or another. */
    public StoredCollection collection(String name) {
        return StoredCollection.find(collections, aliases, name);
    }

    public int port() {
        return server.getPort();
    }

    public String address() {
        return "qdrant://127.0.0.1:" + port();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        calls.incrementAndGet();
        var name = call.getMethodDescriptor().getFullMethodName();
        onCall.accept(name);
        var refusal = refusal(name, headers.get(API_KEY));
        if (refusal.isPresent()) {
            var trailers = new Metadata();
            if (refusal.get().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                trailers.put(RETRY_AFTER, "60");
            }
            call.close(refusal.get(), trailers);
            return new ServerCall.Listener<>() {
            };
        }
        if (take(silent)) {
            return new ServerCall.Listener<>() {
            };
        }
        return next.startCall(take(lostAnswers) ? losing(call) : call, headers);
    }

    private Optional<Status> refusal(String name, String key) {
        if (keys.all().isPresent() && !keys.all().equals(Optional.ofNullable(key)) && !(key != null && keys.readOnly().equals(Optional.of(key)))) {
            return Optional.of(Status.UNAUTHENTICATED.withDescription(key == null
                    ? "Must provide an API key or an Authorization bearer token" : "Invalid API key or JWT"));
        }
        if (WRITES.contains(name) && key != null && keys.readOnly().equals(Optional.of(key))) {
            return Optional.of(Status.PERMISSION_DENIED.withDescription("Forbidden: Global write access is required"));
        }
        if (take(unavailable)) {
            return Optional.of(Status.UNAVAILABLE.withDescription("injected"));
        }
        if (take(limited)) {
            return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription("Rate limiting exceeded: Write rate limit exceeded, retry later"));
        }
        if (WRITES.contains(name) && locked) {
            return Optional.of(Status.FAILED_PRECONDITION.withDescription("Locked: Write operations are forbidden"));
        }
        if (GROWS.contains(name) && !take(room)) {
            return Optional.of(Status.INTERNAL
                    .withDescription("Service internal error: No space left on device: WAL buffer size exceeds available disk space"));
        }
        return Optional.empty();
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
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
