package cloudops.aws.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers requests on loopback as it is told: with a response, with none at all (null), or by hanging up (empty). */
final class StubServer implements AutoCloseable {

    final AtomicInteger requests = new AtomicInteger();
    final CountDownLatch asked = new CountDownLatch(1);
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Function<Request, String> responses;

    /** @param headers with lower-case names */
    record Request(String method, String path, Map<String, String> headers, String body) {
    }

    StubServer(int status, String type, String body) throws IOException {
        this(request -> response(status, type, body));
    }

    StubServer(Function<Request, String> responses) throws IOException {
        this.responses = responses;
        Thread.ofVirtual().start(this::serve);
    }

    static StubServer silent() throws IOException {
        return new StubServer(request -> null);
    }

    static StubServer hangingUp() throws IOException {
        return new StubServer(request -> "");
    }

    static String response(int status, String type, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: " + type + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void serve() {
        try {
            while (true) {
                var client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void answer(Socket client) {
        try {
            var in = client.getInputStream();
            var first = line(in).split(" ");
            var headers = new HashMap<String, String>();
            for (var line = line(in); !line.isEmpty(); line = line(in)) {
                var colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            requests.incrementAndGet();
            asked.countDown();
            var response = responses.apply(new Request(first[0], first[1], headers, new String(body, StandardCharsets.UTF_8)));
            if (response != null) {
                client.getOutputStream().write(response.getBytes(StandardCharsets.UTF_8));
                client.close();
            }
        } catch (IOException gone) {
            // the client did not wait
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
