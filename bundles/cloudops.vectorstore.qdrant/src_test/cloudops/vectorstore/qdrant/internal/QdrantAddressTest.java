package cloudops.vectorstore.qdrant.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QdrantAddressTest {

    @Test
    void readsWhatItSays() {
        var plain = QdrantAddress.parse("qdrant://db.example");
        assertThat(plain).hasToString("qdrant://db.example:6334");
        assertThat(plain.tls()).isFalse();
        assertThat(plain.isPrivate()).isFalse();

        var full = QdrantAddress.parse("qdrants://db.example:443?ca_file=/etc/our%20ca.pem&api_key_file=/run/key&timeout_seconds=5");
        assertThat(full.tls()).isTrue();
        assertThat(full.isPrivate()).isTrue();
        assertThat(full.port()).isEqualTo(443);
        assertThat(full.caFile()).contains(Path.of("/etc/our ca.pem"));
        assertThat(full.apiKeyFile()).contains(Path.of("/run/key"));
        assertThat(full.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(full).hasToString("qdrants://db.example:443");
        assertThat(QdrantAddress.parse("qdrant://[::1]:7000/").isPrivate()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "qdrant:", "qdrant://", "qdrant:///path", "qdrant://h/collections", "qdrant://h#x", "qdrant://h:0", "qdrant://h:70000",
            "qdrant://h:x", "qdrant://h?api_key=s3cret", "qdrant://h?timeout_seconds=0", "qdrant://h?timeout_seconds=-1",
            "qdrant://h?timeout_seconds=s3cret", "qdrant://h?ca_file=/x", "qdrant://s3cret@h", "qdrant://u:s3cret@h", "qdrants://h?ca_file=%00",
            "qdrant://h ost", "qdrant://$(s3cret)", "qdrant://h\n", "qdrant://h?timeout_seconds" })
    void refusesWhatItDoesNotUnderstandWithoutRepeatingIt(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> QdrantAddress.parse(address))
                .withMessageContaining("try: ").withMessageNotContaining("s3cret");
    }
}
