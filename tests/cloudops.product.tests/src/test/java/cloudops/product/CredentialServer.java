package cloudops.product;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An instance's metadata service that takes IMDSv2 only, and a container's credentials endpoint, both as strict as the real ones; source:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html and
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
final class CredentialServer implements AutoCloseable {

    static final String AUTHORIZATION = "Bearer of the container";
    private static final String CREDENTIALS = "/latest/meta-data/iam/security-credentials/", ROLE = "the-instance";
    private static final int LONGEST = 21_600;

    /** What credentials were handed out for: {@code instance} or {@code container}. */
    final List<String> handedOut = new CopyOnWriteArrayList<>();
    /** Requests that a real one refuses. */
    final List<String> refused = new CopyOnWriteArrayList<>();
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    CredentialServer() throws IOException {
        server.createContext("/", exchange -> {
            try (exchange) {
                var answer = answer(exchange);
                if (answer.status >= 400) {
                    refused.add(answer.status + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI());
                }
                var body = answer.body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    private record Answer(int status, String body) {
        static Answer refusal(int status) {
            return new Answer(status, "");
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private Answer answer(HttpExchange exchange) {
        var path = exchange.getRequestURI().getPath();
        if (path.equals("/container")) {
            return container(exchange);
        }
        if (exchange.getRequestHeaders().containsKey("X-Forwarded-For")) {
            return Answer.refusal(403); // it came through a proxy
        }
        if (path.equals("/latest/api/token")) {
            return token(exchange);
        }
        var ends = tokens.get(String.valueOf(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token")));
        if (ends == null || ends.isBefore(Instant.now())) {
            return Answer.refusal(401);
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            return Answer.refusal(405);
        }
        return switch (path) {
            case CREDENTIALS -> new Answer(200, ROLE);
            case CREDENTIALS + ROLE -> keys("instance", "\"Code\": \"Success\", \"Type\": \"AWS-HMAC\", \"LastUpdated\": \"" + now(0) + "\", ");
            default -> Answer.refusal(404);
        };
    }

    private Answer token(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("PUT")) {
            return Answer.refusal(405);
        }
        var lasts = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds");
        if (lasts == null || !lasts.matches("\\d{1,5}") || Integer.parseInt(lasts) < 1 || Integer.parseInt(lasts) > LONGEST) {
            return Answer.refusal(400);
        }
        var token = "token-" + tokens.size() + "==";
        tokens.put(token, Instant.now().plusSeconds(Integer.parseInt(lasts)));
        return new Answer(200, token);
    }

    private Answer container(HttpExchange exchange) {
        if (!AUTHORIZATION.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return Answer.refusal(401);
        }
        return exchange.getRequestMethod().equals("GET") ? keys("container", "\"RoleArn\": \"arn:aws:iam::123456789012:role/task\", ")
                : Answer.refusal(405);
    }

    private Answer keys(String whose, String more) {
        handedOut.add(whose);
        return new Answer(200, "{" + more + "\"AccessKeyId\": \"ASIA" + whose.toUpperCase(Locale.ROOT) + "EXAMPLE\", \"SecretAccessKey\": \"secret\", "
                + "\"Token\": \"session\", \"Expiration\": \"" + now(6) + "\"}");
    }

    private static Instant now(int hours) {
        return Instant.now().plus(hours, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
