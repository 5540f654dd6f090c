package cloudops.vectorstore.qdrant.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsFutureStub;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.PointsGrpc.PointsFutureStub;

/**
 * The connection to a server: made at the first call, and again after it broke. Calls wait for their answer. One that the server was not there
 * for is repeated, which is safe as all of ours can be repeated. Thread-safe.
 */
final class QdrantServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QdrantServer.class);
    /** A hundred points of ordinary size have half a megabyte; gRPC's own limit of four would refuse a few large ones. */
    private static final int LARGEST_ANSWER = 64 << 20;
    /** What gRPC says of a server that answers with something else, such as Qdrant's at the port for HTTP. */
    private static final String OTHER_PROTOCOL = "http2 exception";
    private static final String DISK_FULL = "No space left on device";
    /** Of a server that limits how often it is asked: seconds. */
    private static final Metadata.Key<String> RETRY_AFTER = Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<Status.Code> TRANSIENT = Set.of(Status.Code.UNAVAILABLE, Status.Code.ABORTED);
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
                .retryOnException(QdrantServer::isTransient).build());
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
        return ask(() -> call.on(client.points()), answer -> { });
    }

    /** Returns when the server has applied what {@code call} asked for; one that only took it down is asked again, as it may have forgotten. */
    void write(PointsCall<PointsOperationResponse> call) throws VectorStoreException {
        ask(() -> call.on(client.points()), QdrantServer::checkApplied);
    }

    /** A server that waits for itself too long says so in an answer, not as an error. */
    private static void checkApplied(PointsOperationResponse answer) {
        var status = answer.getResult().getStatus();
        if (status != UpdateStatus.Completed) {
            throw Status.ABORTED.withDescription(status.toString()).asRuntimeException();
        }
    }

    <T> T collections(CollectionsCall<T> call) throws VectorStoreException {
        return ask(() -> call.on(client.collections()), answer -> { });
    }

    private interface Question<T> {
        ListenableFuture<T> ask();
    }

    private <T> T ask(Question<T> question, Consumer<T> check) throws VectorStoreException {
        try {
            return retry.executeCheckedSupplier(() -> {
                var answer = answer(question.ask());
                check.accept(answer);
                return answer;
            });
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

    private static boolean isTransient(Throwable error) {
        return error instanceof StatusRuntimeException status && TRANSIENT.contains(status.getStatus().getCode());
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
            case ABORTED -> new VectorStoreException(Problem.UNREACHABLE, "The Qdrant server at " + address + " took a write down but did not apply it: "
                    + said + "; try: again when it has less to do", e);
            case RESOURCE_EXHAUSTED -> new TooMuchException("Too much for the Qdrant server at " + address + ", or from it: " + said + "; try: again in "
                    + pause(e).map(seconds -> seconds + " s").orElse("a minute") + ", or raise the limit there", e);
            case INVALID_ARGUMENT, FAILED_PRECONDITION -> new VectorStoreException(Problem.IO, "The Qdrant server at " + address
                    + " does not do that: " + said + "; try: see what its owner has locked or limited", e);
            case UNIMPLEMENTED -> notQdrant(said, e);
            default -> said.contains(OTHER_PROTOCOL) ? notQdrant("it does not speak gRPC", e) : new VectorStoreException(Problem.IO, "The Qdrant server at " + address + " failed: " + status.getCode() + ": " + said
                    + (said.contains(DISK_FULL) ? "; try: make room on its disk, then the same again" : "; try: see its log"), e);
        };
    }

    private VectorStoreException notQdrant(String said, StatusRuntimeException e) {
        return new VectorStoreException(Problem.IO, "What answers at " + address + " is no Qdrant server, or one that is too old: " + said
                + "; try: see that the port is that of gRPC (6334, not 6333), and the version 1.16 or later", e);
    }

    /** The server's limits, or the largest answer that is taken, were passed. */
    static final class TooMuchException extends VectorStoreException {

        private static final long serialVersionUID = 1L;

        TooMuchException(String message, Throwable cause) {
            super(Problem.IO, message, cause);
        }
    }

    private static Optional<String> pause(StatusRuntimeException e) {
        return Optional.ofNullable(e.getTrailers()).map(trailers -> trailers.get(RETRY_AFTER)).filter(seconds -> seconds.matches("\\d{1,4}"));
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
