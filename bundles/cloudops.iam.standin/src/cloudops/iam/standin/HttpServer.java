package cloudops.iam.standin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1, a request a connection, on a port of loopback: as much as clients of AWS need. */
final class HttpServer implements AutoCloseable {

    /** @param headers by name in lower case; @param body decoded as UTF-8 */
    record Request(Map<String, String> headers, String body) {
    }

    /** @param body null for a connection that breaks without an answer */
    record Response(int status, String type, String body) {
    }

    /** Answers requests, each in a thread of its own. */
    interface Handler {
        Response answer(Request request) throws InterruptedException;
    }

    private final ServerSocket socket;
    private final Handler handler;

    HttpServer(Handler handler) {
        this.handler = handler;
        try {
            socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var response = handler.answer(read(new BufferedInputStream(connection.getInputStream())));
            if (response.body() != null) {
                var body = response.body().getBytes(StandardCharsets.UTF_8);
                var head = "HTTP/1.1 " + response.status() + " -\r\nContent-Type: " + response.type() + "\r\nContent-Length: " + body.length
                        + "\r\nConnection: close\r\n\r\n";
                connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().write(body);
            }
        } catch (IOException e) {
            // the client went away: its own test knows why
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request read(InputStream in) throws IOException {
        line(in);
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            var parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the request ended early");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
