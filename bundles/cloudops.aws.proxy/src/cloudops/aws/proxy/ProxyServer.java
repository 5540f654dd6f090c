package cloudops.aws.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP 1.1 on a free port of loopback, just enough of it for clients of AWS, and with connections that can be mistreated: a server that keeps the rules cannot
 * be made to break them. A virtual thread a connection.
 */
final class ProxyServer implements AutoCloseable {

    /** Answers requests, from many threads at once. */
    @FunctionalInterface
    interface Answering {
        Answer answer(AwsRequest request) throws IOException, InterruptedException;
    }

    private final ServerSocket listening;
    private final Answering answering;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    ProxyServer(Answering answering) throws IOException {
        this.answering = answering;
        this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("aws-proxy").start(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var connection = listening.accept();
                connections.add(connection);
                Thread.ofVirtual().name("aws-proxy-connection").start(() -> serve(connection));
            }
        } catch (IOException closed) {
            close();
        }
    }

    /** A client that goes away, or is sent away, ends its connection and nothing else. */
    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            var in = new BufferedInputStream(connection.getInputStream());
            while (answered(connection, in)) {
                // the next request of the connection
            }
        } catch (IOException gone) {
            connections.remove(connection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    /** @return whether there may be another request */
    private boolean answered(Socket connection, InputStream in) throws IOException, InterruptedException {
        var request = read(in, connection.getOutputStream());
        if (request == null) {
            return false;
        }
        switch (answering.answer(request)) {
            case Answer.Reply reply -> write(head(reply), shown(request, reply), connection.getOutputStream());
            case Answer.Late(var reply, var pause) -> {
                Thread.sleep(pause);
                var body = shown(request, reply);
                var out = connection.getOutputStream();
                out.write(head(reply));
                out.write(body, 0, body.length / 2);
                out.flush();
                Thread.sleep(pause);
                out.write(body, body.length / 2, body.length - body.length / 2);
                out.flush();
            }
            case Answer.CutOff(var reply) -> {
                connection.getOutputStream().write(head(reply));
                connection.getOutputStream().write(reply.body(), 0, reply.body().length / 2);
                return false;
            }
            case Answer.Silence silence -> in.transferTo(OutputStream.nullOutputStream());
            case Answer.Reset reset -> {
                connection.setSoLinger(true, 0);
                return false;
            }
        }
        return !"close".equalsIgnoreCase(request.headers().get("connection"));
    }

    /** @return null when the client has no more requests */
    private static AwsRequest read(InputStream in, OutputStream out) throws IOException {
        var first = line(in);
        if (first == null || first.isEmpty()) {
            return null;
        }
        var words = first.split(" ");
        if (words.length != 3) {
            throw new SocketException("not HTTP");
        }
        var headers = new HashMap<String, String>();
        for (String line; (line = line(in)) != null && !line.isEmpty();) {
            var colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        return new AwsRequest(words[0], words[1], headers, body(headers, in));
    }

    private static byte[] body(Map<String, String> headers, InputStream in) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks(in);
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        var body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException();
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var size = line(in);
            if (size == null) {
                throw new EOFException();
            }
            int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
            body.write(in.readNBytes(length));
            line(in); // the end of the chunk, or of the trailers, which nobody sends
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    /** @return null at the end of the stream */
    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream(80);
        for (int read; (read = in.read()) != '\n';) {
            if (read < 0) {
                return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
            }
            if (read != '\r') {
                line.write(read);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] shown(AwsRequest request, Answer.Reply reply) {
        return request.method().equals("HEAD") ? new byte[0] : reply.body();
    }

    private static byte[] head(Answer.Reply reply) {
        var head = new StringBuilder("HTTP/1.1 ").append(reply.status()).append(" -\r\n");
        reply.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(reply.body().length).append("\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void write(byte[] head, byte[] body, OutputStream out) throws IOException {
        var whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        out.write(whole);
        out.flush();
    }

    @Override
    public void close() {
        quietly(listening);
        connections.forEach(ProxyServer::quietly);
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException("a socket of loopback cannot be closed", e);
        }
    }
}
