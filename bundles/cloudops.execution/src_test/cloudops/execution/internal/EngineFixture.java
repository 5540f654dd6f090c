package cloudops.execution.internal;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.internal.history.Journal;
import cloudops.execution.internal.output.EncryptedLogStore;
import cloudops.execution.spi.LogKeys;
import cloudops.execution.spi.ProfileVariables;
import cloudops.model.Environment;

/** An engine on a home of its own, and a person who approves everything. */
public final class EngineFixture implements AutoCloseable {

    /** The keys of every home in the tests. */
    public static final LogKeys KEYS = new LogKeys() {
        @Override
        public SecretKey logs() {
            return new SecretKeySpec("the key of the logs, of 32 bytes".getBytes(StandardCharsets.US_ASCII), "AES");
        }

        @Override
        public SecretKey history() {
            return new SecretKeySpec("the key of history, of 32 bytes.".getBytes(StandardCharsets.US_ASCII), "AES");
        }
    };

    public final Environment environment;
    public final EncryptedLogStore logs;
    public final Journal history;
    public final Engine engine;

    public EngineFixture(Path home) {
        this(home, System.getenv(), Optional.empty(), false);
    }

    public EngineFixture(Path home, Map<String, String> host, Optional<URI> endpoint, boolean readOnly) {
        this(home, host, endpoint, readOnly, ProfileVariables.NONE);
    }

    public EngineFixture(Path home, Map<String, String> host, Optional<URI> endpoint, boolean readOnly, ProfileVariables profiles) {
        environment = new Environment(home, home.resolve("aws-config"), home.resolve("aws-credentials"), endpoint, readOnly, false);
        logs = new EncryptedLogStore(environment, KEYS);
        history = new Journal(environment, KEYS);
        engine = new Engine(environment, logs, history, profiles, host, Clock.systemUTC());
    }

    public static ExecutionRequest exec(String... argv) {
        return ExecutionRequest.of(new Command.Exec(List.of(argv)));
    }

    public static ExecutionRequest shell(String script) {
        return exec("sh", "-c", script);
    }

    public static ExecutionRequest in(Path folder, ExecutionRequest request) {
        return request.withWorkingDir(folder);
    }

    public static ExecutionRequest with(Map<String, String> env, ExecutionRequest request) {
        return request.withEnv(env);
    }

    public ExecutionRequest approved(ExecutionRequest request) {
        return request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()));
    }

    public UUID start(ExecutionRequest request) throws ExecutionException {
        return engine.execute(approved(request));
    }

    public ExecutionResult run(ExecutionRequest request) throws Exception {
        return end(start(request));
    }

    public ExecutionResult end(UUID id) throws Exception {
        return engine.completion(id).get(30, SECONDS);
    }

    public Lines follow(UUID id) throws ExecutionException {
        var lines = new Lines();
        engine.output(id, lines);
        return lines;
    }

    @Override
    public void close() {
        engine.close();
        history.close();
        logs.close();
    }

    public static long millisSince(Instant start) {
        return Duration.between(start, Instant.now()).toMillis();
    }

    /** Remembers what it was told. */
    public static final class Lines implements OutputListener {
        public final List<String> all = Collections.synchronizedList(new ArrayList<>());
        public final CompletableFuture<ExecutionResult> end = new CompletableFuture<>();
        public final CompletableFuture<String> first = new CompletableFuture<>();

        @Override
        public void line(Stream stream, String line) {
            all.add((stream == Stream.STDOUT ? "" : "! ") + line);
            first.complete(line);
        }

        @Override
        public void ended(ExecutionResult result) {
            end.complete(result);
        }

        public List<String> awaitAll() throws Exception {
            end.get(30, SECONDS);
            return List.copyOf(all);
        }
    }
}
