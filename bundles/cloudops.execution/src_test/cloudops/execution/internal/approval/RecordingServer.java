package cloudops.execution.internal.approval;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on loopback that answers every HTTP request with the same JSON and keeps what it was asked. */
final class RecordingServer implements AutoCloseable {

    private static final String BODY = "{\"SessionId\": \"s\", \"TokenValue\": \"t\", \"StreamUrl\": \"wss://127.0.0.1/\"}";
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length()
            + "\r\nConnection: close\r\n\r\n" + BODY;

    final List<String> requests = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    RecordingServer() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
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
        try (client) {
            var in = client.getInputStream();
            var head = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.append((char) next);
                if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                    break;
                }
            }
            int length = head.toString().lines().filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                    .map(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
            requests.add(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
            client.getOutputStream().write(ANSWER.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            requests.add("broken off: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
