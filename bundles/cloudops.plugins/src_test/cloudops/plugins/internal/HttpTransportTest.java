package cloudops.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

import org.eclipse.core.runtime.CoreException;
import org.eclipse.equinox.p2.core.ProvisionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.sun.net.httpserver.HttpServer;

class HttpTransportTest {

    private final HttpTransport transport = new HttpTransport();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/there", 200, "content");
        answer("/gone", 404, "<html>");
        answer("/broken", 503, "<html>");
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/there");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        transport.close();
        server.stop(0);
    }

    @Test
    void downloadsWhatIsThereOrHasMoved() throws Exception {
        for (var path : new String[] { "/there", "/moved" }) {
            var out = new ByteArrayOutputStream();
            assertThat(transport.download(at(path), out, null).isOK()).isTrue();
            assertThat(out).hasToString("content");
            assertThat(transport.getLastModified(at(path), null)).isPositive();
        }
        assertThat(transport.unreachable()).isNull();
    }

    @Test
    void tellsWhatIsMissingFromWhatFails() {
        assertThat(transport.download(at("/gone"), new ByteArrayOutputStream(), null).getCode()).isEqualTo(ProvisionException.ARTIFACT_NOT_FOUND);
        assertThatThrownBy(() -> transport.getLastModified(at("/gone"), null)).isInstanceOf(FileNotFoundException.class);
        assertThat(transport.download(at("/broken"), new ByteArrayOutputStream(), null).getMessage()).contains("503");
        assertThatThrownBy(() -> transport.stream(at("/broken"), null)).isInstanceOf(CoreException.class);
        assertThat(transport.unreachable()).as("it did answer").isNull();
    }

    @Test
    void remembersThatNobodyAnswered() {
        server.stop(0);
        assertThat(transport.download(at("/there"), new ByteArrayOutputStream(), null).isOK()).isFalse();
        assertThat(transport.unreachable()).isNotNull();
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private void answer(String path, int status, String body) {
        server.createContext(path, exchange -> {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, head ? -1 : body.length());
            if (!head) {
                exchange.getResponseBody().write(body.getBytes());
            }
            exchange.close();
        });
    }
}
