package cloudops.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import cloudops.demo.DemoException.Problem;

/**
 * A moto server on loopback: AWS as far as it goes without AWS. It ends when this object is closed, and by itself when this process dies,
 * since it holds the other end of the simulator's standard input.
 */
public final class Simulator implements AutoCloseable {

    /** The version that the demonstration and the tests were written for. */
    public static final String MOTO = "moto[server]==5.2.1";

    private static final int START_SECONDS = 60;
    private static final int ATTEMPTS = 3;

    /** Runs moto until standard input ends. */
    private static final String PROGRAM = """
            import os, sys, threading
            def leave_with_parent():
                sys.stdin.read()
                os._exit(0)
            threading.Thread(target=leave_with_parent, daemon=True).start()
            from moto.server import main
            main(sys.argv[1:])
            """;

    private final Process process;
    private final URI endpoint;

    private Simulator(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts a simulator on a free port. */
    public static Simulator start() throws DemoException, InterruptedException {
        return start(0, Map.of());
    }

    /**
     * @param port loopback port; 0 for any free one
     * @param settings environment variables of moto
     * @throws DemoException {@code NO_PYTHON}, {@code NO_MOTO}, {@code PORT_TAKEN}, {@code SIMULATOR}
     */
    public static Simulator start(int port, Map<String, String> settings) throws DemoException, InterruptedException {
        var python = python();
        for (int attempt = 1;; attempt++) {
            int chosen = port == 0 ? freePort() : requireFree(port);
            try {
                return launch(python, chosen, settings);
            } catch (DemoException e) {
                // somebody else may have taken a free port between our look and the simulator's start
                if (port != 0 || e.problem() != Problem.PORT_TAKEN || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Base URL of every simulated service. */
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Simulator launch(Path python, int port, Map<String, String> settings) throws DemoException, InterruptedException {
        var builder = new ProcessBuilder(python.toString(), "-c", PROGRAM, "-H", "127.0.0.1", "-p", String.valueOf(port));
        builder.environment().put("MOTO_EC2_LOAD_DEFAULT_AMIS", "false");
        builder.environment().putAll(settings);
        builder.redirectErrorStream(true);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new DemoException(Problem.NO_PYTHON, "the AWS simulator did not start: " + e.getMessage(), null, e);
        }
        var ready = new CompletableFuture<Void>();
        // a virtual thread would keep its carrier for as long as it reads a pipe
        Thread.ofPlatform().daemon().name("simulator-output").start(() -> watch(process.inputReader(StandardCharsets.UTF_8), ready));
        try {
            ready.get(START_SECONDS, TimeUnit.SECONDS);
            return new Simulator(process, URI.create("http://127.0.0.1:" + port));
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new DemoException(Problem.SIMULATOR, "the AWS simulator did not answer within " + START_SECONDS + " s", null, e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        } catch (ExecutionException e) {
            process.destroyForcibly();
            throw (DemoException) e.getCause();
        }
    }

    /** Reads to the end, so that the simulator never blocks on a full pipe; what it says after its start is of no use. */
    private static void watch(BufferedReader output, CompletableFuture<Void> ready) {
        var last = new ArrayDeque<String>();
        try (output) {
            for (String line; (line = output.readLine()) != null;) {
                if (ready.isDone()) {
                    continue;
                }
                if (line.contains("Running on http")) {
                    ready.complete(null);
                } else if (last.size() < 40) {
                    last.add(line);
                }
            }
        } catch (IOException e) {
            last.add(e.toString());
        }
        ready.completeExceptionally(failure(String.join("\n", last)));
    }

    private static DemoException failure(String output) {
        if (output.contains("No module named")) {
            return new DemoException(Problem.NO_MOTO, "the AWS simulator (moto) is not installed for python3",
                    "python3 -m pip install '" + MOTO + "', in a virtual environment that is on PATH where the system's Python is managed", null);
        }
        if (output.contains("Address already in use") || output.contains("is in use by another program")) {
            return new DemoException(Problem.PORT_TAKEN, "the port of the AWS simulator was taken by another program",
                    "leave --port out to take any free one", null);
        }
        return new DemoException(Problem.SIMULATOR, "the AWS simulator ended at its start: " + output.strip(), null, null);
    }

    private static Path python() throws DemoException {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (var folder : path.split(File.pathSeparator)) {
            var candidate = Path.of(folder.isEmpty() ? "." : folder, "python3");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new DemoException(Problem.NO_PYTHON, "there is no python3 on PATH, which the AWS simulator needs",
                "apt-get install python3 python3-venv (or your system's way)", null);
    }

    private static int freePort() throws DemoException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new DemoException(Problem.IO, "there is no free loopback port: " + e.getMessage(), null, e);
        }
    }

    private static int requireFree(int port) throws DemoException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException e) {
            throw new DemoException(Problem.PORT_TAKEN, "port " + port + " is taken by another program",
                    "leave --port out to take any free one", e);
        }
    }
}
