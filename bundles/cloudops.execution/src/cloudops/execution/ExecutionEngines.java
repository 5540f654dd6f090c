package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import cloudops.execution.internal.Engine;
import cloudops.execution.internal.history.Journal;
import cloudops.execution.internal.output.PlainLogStore;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.EventHandler;
import cloudops.execution.spi.LogStore;
import cloudops.model.Environment;

/**
 * Makes engines for programs that run without OSGi:
 *
 * <pre>
 * try (var engine = ExecutionEngines.in(folder).open()) {
 *     …
 * }
 * </pre>
 *
 * Logs and history are plain files that only the user may read, below {@code <home>/executions}; a program whose output is nobody else's
 * business on this machine gives a {@link LogStore} of its own. Not thread-safe; the engines are.
 */
public final class ExecutionEngines {

    private final Path home;
    private final List<CommandRunner> runners = new ArrayList<>();
    private final List<EventHandler> handlers = new ArrayList<>();
    private URI endpoint;
    private boolean readOnly;
    private LogStore logs;

    private ExecutionEngines(Path home) {
        this.home = home;
    }

    /** An engine that the one who made it closes. */
    public interface ClosableEngine extends ExecutionEngine, AutoCloseable {

        /** Cancels everything that runs and waits for its end, some seconds at most. */
        @Override
        void close();
    }

    /** @param home folder for logs, history, scripts and rules; made when it is not there */
    public static ExecutionEngines in(Path home) {
        return new ExecutionEngines(requireNonNull(home, "home").toAbsolutePath());
    }

    /** In {@code cloudops-executions} in the system's folder for temporary files. */
    public static ExecutionEngines temporary() {
        return in(Path.of(System.getProperty("java.io.tmpdir"), "cloudops-executions"));
    }

    /** Refuses everything but reads. */
    public ExecutionEngines readOnly() {
        readOnly = true;
        return this;
    }

    /** @param url replaces every AWS endpoint: a simulator's, a VPC endpoint */
    public ExecutionEngines endpoint(URI url) {
        endpoint = url;
        return this;
    }

    /** @param store keeps the output, instead of plain files */
    public ExecutionEngines logs(LogStore store) {
        logs = store;
        return this;
    }

    /** @param runner for {@link Command.AwsSdk}, which needs an SDK that the engine does not have */
    public ExecutionEngines runner(CommandRunner runner) {
        runners.add(runner);
        return this;
    }

    /** @param handler hears of everything that the engine runs */
    public ExecutionEngines handler(EventHandler handler) {
        handlers.add(handler);
        return this;
    }

    /** A new engine. Several in one home, in this or other processes, share its history. */
    public ClosableEngine open() {
        var environment = new Environment(home, awsFile("AWS_CONFIG_FILE", "config"), awsFile("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
                Optional.ofNullable(endpoint), readOnly, false);
        var executions = home.resolve("executions");
        var history = Journal.plain(executions);
        var plainLogs = logs == null ? new PlainLogStore(executions.resolve("logs")) : null;
        var engine = new Engine(environment, logs == null ? plainLogs : logs, history, System.getenv(), Clock.systemUTC());
        engine.onClose(history::close);
        if (plainLogs != null) {
            engine.onClose(plainLogs::close);
        }
        runners.forEach(engine::addRunner);
        handlers.forEach(engine::addHandler);
        return engine;
    }

    private static Path awsFile(String variable, String name) {
        var file = System.getenv(variable);
        var user = System.getenv().getOrDefault("HOME", System.getProperty("user.home")); // as the AWS CLI decides
        return file == null || file.isBlank() ? Path.of(user, ".aws", name) : Path.of(file);
    }
}
