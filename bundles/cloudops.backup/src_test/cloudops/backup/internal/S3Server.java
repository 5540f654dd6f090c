package cloudops.backup.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** The simulator of AWS, behind a proxy that can break off or refuse what goes through it, and remembers it. */
final class S3Server implements AutoCloseable {

    private static final Set<String> NOT_PASSED_ON = Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

    private final Process moto;
    private final URI upstream;
    private final HttpServer proxy;
    private final HttpClient client = HttpClient.newHttpClient();
    /** Method and path with query of each request that was passed on. */
    final List<String> passed = new CopyOnWriteArrayList<>();
    /** Requests for which the connection is cut. */
    volatile Predicate<String> cut = request -> false;
    /** Deletions of several objects that are answered with success, and a refusal for one of the objects. */
    volatile Predicate<String> keep = request -> false;
    /** Requests that are refused as S3 refuses. */
    volatile Predicate<String> deny = request -> false;

    S3Server() throws IOException, InterruptedException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        upstream = URI.create("http://127.0.0.1:" + port);
        moto = new ProcessBuilder("moto_server", "-H", "127.0.0.1", "-p", String.valueOf(port)).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        awaitPort(port);
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", this::pass);
        proxy.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        proxy.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getAddress().getPort());
    }

    private void awaitPort(int port) throws IOException, InterruptedException {
        var until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > until || moto.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new IOException("moto_server does not start; try: pip install 'moto[server]==5.2.1'", e);
                }
            }
        }
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            var body = exchange.getRequestBody().readAllBytes();
            if (cut.test(request)) {
                // closing without an answer
                throw new IOException("cut");
            }
            if (deny.test(request)) {
                answer(exchange, 403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>".getBytes());
                return;
            }
            if (request.startsWith("POST") && request.contains("?delete") && keep.test(request)) {
                answer(exchange, 200, ("<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Error><Key>kept</Key><Code>AccessDenied</Code>"
                        + "<Message>Access Denied</Message></Error></DeleteResult>").getBytes());
                return;
            }
            passed.add(request);
            var onward = HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!NOT_PASSED_ON.contains(name.toLowerCase())) {
                    values.forEach(value -> onward.header(name, value));
                }
            });
            var response = client.send(onward.build(), HttpResponse.BodyHandlers.ofByteArray());
            response.headers().map().forEach((name, values) -> {
                if (!NOT_PASSED_ON.contains(name.toLowerCase())) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            answer(exchange, response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : body.length);
        if (!none) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Straight to the simulator, without a signature. */
    int send(String method, String path, byte[] body) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(upstream.resolve(path)).method(method, HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Override
    public void close() {
        proxy.stop(0);
        client.close();
        moto.descendants().forEach(ProcessHandle::destroy);
        moto.destroy();
    }
}
