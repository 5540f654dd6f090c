package cloudops.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Stands in front of the simulator and answers for one service itself, as that service would refuse or as something between would. */
final class FaultyEndpoint implements AutoCloseable {

    static final String ACCESS_DENIED = """
            <ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>AccessDenied</Code>\
            <Message>User is not authorized to perform: rds:DescribeDBInstances</Message></Error><RequestId>1</RequestId></ErrorResponse>""";

    /** The service in the scope of a version 4 signature: {@code Credential=KEY/20260101/us-west-2/rds/aws4_request}. */
    private static final Pattern SIGNED_SERVICE = Pattern.compile("Credential=[^/]+/\\d+/[^/]+/([^/]+)/aws4_request");
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding", "date", "server");

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI behind;
    private final String service;
    private final int status;
    private final String body;

    /** @param service whose requests are answered with {@code status} and {@code body}; all others are passed on to {@code behind} */
    FaultyEndpoint(URI behind, String service, int status, String body) throws IOException {
        this.behind = behind;
        this.service = service;
        this.status = status;
        this.body = body;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = exchange.getRequestBody().readAllBytes();
            if (signedService(exchange).filter(service::equals).isPresent()) {
                reply(exchange, status, body.getBytes(StandardCharsets.UTF_8));
            } else {
                var answer = forward(exchange, request);
                answer.headers().map().forEach((name, values) -> {
                    if (!name.startsWith(":") && !HOP_BY_HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                        exchange.getResponseHeaders().put(name, values);
                    }
                });
                reply(exchange, answer.statusCode(), answer.body());
            }
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] request) throws IOException, InterruptedException {
        var builder = HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(request));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        return client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static Optional<String> signedService(HttpExchange exchange) {
        var authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
        var scope = SIGNED_SERVICE.matcher(authorization);
        return scope.find() ? Optional.of(scope.group(1)) : Optional.empty();
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
