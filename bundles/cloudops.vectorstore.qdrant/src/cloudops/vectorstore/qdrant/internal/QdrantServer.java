package cloudops.vectorstore.qdrant.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.google.common.util.concurrent.ListenableFuture;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsFutureStub;
import io.qdrant.client.grpc.PointsGrpc.PointsFutureStub;

/**
 * The connection to a server: made at the first call, and again after it broke. Calls wait for their answer. One that the server was not there
 * for is repeated, which is safe as all of ours can be repeated. Thread-safe.
 */
final class QdrantServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QdrantServer.class);
    /** A hundred points of ordinary size have half a megabyte; gRPC's own limit of four would refuse a hundred large ones. */
    private static final int LARGEST_ANSWER = 512 << 20;
    private static final int TRIES = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final double LONGER = 2;

    private final QdrantAddress address;
    private final QdrantGrpcClient client;
    private final Retry retry;

    private QdrantServer(QdrantAddress address, QdrantGrpcClient client) {
        this.address = address;
        this.client = client;
        retry = Retry.of("qdrant", RetryConfig.custom().maxAttempts(TRIES).failAfterMaxAttempts(false)
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(FIRST_PAUSE, LONGER))
                .retryOnException(QdrantServer::wasNotThere).build());
        retry.getEventPublisher().onRetry(event -> LOG.debug("server not there, trying again server={} try={}", address,
                event.getNumberOfRetryAttempts()));
    }

    static QdrantServer connect(QdrantAddress address, Optional<String> apiKey) throws VectorStoreException {
        if (apiKey.isPresent() && !address.isPrivate()) {
            LOG.warn("the API key for {} goes over the network in the clear; {}:// would encrypt it", address, QdrantAddress.TLS);
        }
        var channel = Grpc.newChannelBuilderForAddress(address.host(), address.port(), credentials(address))
                .maxInboundMessageSize(LARGEST_ANSWER).build();
        var client = QdrantGrpcClient.newBuilder(channel, true, false).withTimeout(address.timeout());
        apiKey.ifPresent(client::withApiKey);
        return new QdrantServer(address, client.build());
    }

    private static ChannelCredentials credentials(QdrantAddress address) throws VectorStoreException {
        if (!address.tls()) {
            return InsecureChannelCredentials.create();
        }
        var credentials = TlsChannelCredentials.newBuilder();
        if (address.caFile().isPresent()) {
            try {
                credentials.trustManager(address.caFile().get().toFile());
            } catch (IOException e) {
                throw new VectorStoreException(Problem.IO, "The certificates for " + address + " cannot be read from " + address.caFile().get()
                        + ": " + e.getClass().getSimpleName() + ".", e);
            }
        }
        return credentials.build();
    }

    QdrantAddress address() {
        return address;
    }

    interface PointsCall<T> {
        ListenableFuture<T> on(PointsFutureStub points);
    }

    interface CollectionsCall<T> {
        ListenableFuture<T> on(CollectionsFutureStub collections);
    }

    <T> T points(PointsCall<T> call) throws VectorStoreException {
        return ask(() -> call.on(client.points()));
    }

    <T> T collections(CollectionsCall<T> call) throws VectorStoreException {
        return ask(() -> call.on(client.collections()));
    }

    private interface Question<T> {
        ListenableFuture<T> ask();
    }

    private <T> T ask(Question<T> question) throws VectorStoreException {
        try {
            return retry.executeCheckedSupplier(() -> answer(question.ask()));
        } catch (StatusRuntimeException e) {
            throw problem(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VectorStoreException(Problem.IO, "Interrupted while waiting for " + address + ".", e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // as resilience4j declares it; answer() throws nothing else
            throw new IllegalStateException(e);
        }
    }

    private <T> T answer(ListenableFuture<T> coming) throws InterruptedException {
        try {
            return coming.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StatusRuntimeException status ? status : Status.UNKNOWN.withCause(e).asRuntimeException();
        } catch (InterruptedException e) {
            coming.cancel(true);
            throw e;
        }
    }

    private static boolean wasNotThere(Throwable error) {
        return error instanceof StatusRuntimeException status && status.getStatus().getCode() == Status.Code.UNAVAILABLE;
    }

    private VectorStoreException problem(StatusRuntimeException e) {
        var status = e.getStatus();
        var said = said(status);
        return switch (status.getCode()) {
            case NOT_FOUND -> new VectorStoreException(Problem.NO_COLLECTION, "Not in " + address + ": " + said, e);
            case UNAVAILABLE -> new VectorStoreException(Problem.UNREACHABLE, "No Qdrant server answers at " + address + ": " + said
                    + "; try: see that it runs, and that the port is that of gRPC", e);
            case DEADLINE_EXCEEDED -> new VectorStoreException(Problem.UNREACHABLE, "The Qdrant server at " + address + " did not answer within "
                    + address.timeout().toSeconds() + " s; try: a longer timeout_seconds in its address", e);
            case UNAUTHENTICATED, PERMISSION_DENIED -> new VectorStoreException(Problem.REFUSED, "The Qdrant server at " + address
                    + " refuses us: " + said + "; try: set " + ApiKey.VARIABLE + " to a key that may write", e);
            default -> new VectorStoreException(Problem.IO, "The Qdrant server at " + address + " failed: " + status.getCode() + ": " + said, e);
        };
    }

    /** With what is behind it: that a certificate is not trusted is told by the last cause only. */
    private static String said(Status status) {
        var said = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        var cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null || cause.getMessage() == null || said.contains(cause.getMessage()) ? said : said + ": " + cause.getMessage();
    }

    @Override
    public void close() {
        client.close();
        try {
            if (!client.channel().awaitTermination(1, TimeUnit.SECONDS)) {
                client.channel().shutdownNow();
            }
        } catch (InterruptedException e) {
            client.channel().shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
