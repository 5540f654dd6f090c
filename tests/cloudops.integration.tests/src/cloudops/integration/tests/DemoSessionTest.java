package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.demo.DemoException;
import cloudops.demo.DemoSession;
import cloudops.demo.Simulator;

/** The simulator and the sample estate themselves. */
class DemoSessionTest {

    @Test
    void createsTheEstateAndLeavesNothingBehind() throws Exception {
        var said = new ArrayList<String>();
        var session = DemoSession.start(0, false, said::add);
        var folder = session.folder();
        int port = session.environment().endpointUrl().orElseThrow().getPort();

        assertThat(session.summary().total()).isGreaterThanOrEqualTo(300);
        assertThat(session.summary().accounts()).hasSize(2);
        assertThat(session.summary().regions()).hasSize(3);
        assertThat(session.environment().home()).startsWithRaw(folder);
        assertThat(session.environment().awsConfigFile()).startsWithRaw(folder);
        assertThat(Files.readString(session.environment().awsCredentialsFile())).contains("[production]", "[staging]");
        assertThat(session.environment().keychain()).isFalse();
        assertThat(said).isNotEmpty();

        session.close();
        assertThat(folder).doesNotExist();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close()).isInstanceOf(java.net.ConnectException.class);
    }

    @Test
    void saysThatItsPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Simulator.start(taken.getLocalPort(), Map.of()))
                    .isInstanceOfSatisfying(DemoException.class, e -> {
                        assertThat(e.problem()).isEqualTo(DemoException.Problem.PORT_TAKEN);
                        assertThat(e).hasMessageContaining(String.valueOf(taken.getLocalPort()));
                        assertThat(e.remedy()).contains("--port");
                    });
        }
    }
}
