package cloudops.aws.proxy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

import cloudops.aws.proxy.Answer.Reply;

/** The simulator behind a proxy. Thread-safe. */
final class Upstream implements AutoCloseable {

    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "date", "expect", "host", "server", "transfer-encoding", "upgrade");

    private final URI simulator;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();

    Upstream(URI simulator) {
        this.simulator = simulator;
    }

    Reply answer(AwsRequest request) throws IOException, InterruptedException {
        var passedOn = HttpRequest.newBuilder(URI.create(simulator + request.target()))
                .method(request.method(), BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach((name, value) -> {
            if (!HOP_BY_HOP.contains(name)) {
                passedOn.header(name, value);
            }
        });
        var answer = client.send(passedOn.build(), BodyHandlers.ofByteArray());
        var headers = new TreeMap<String, String>();
        answer.headers().map().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, String.join(",", values));
            }
        });
        return new Reply(answer.statusCode(), headers, answer.body());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
