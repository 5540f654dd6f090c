package cloudops.ui.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchOptionsTest {

    private static final Path USER = Path.of("/home/jane");

    private static LaunchOptions parse(Map<String, String> variables, String... arguments) {
        return LaunchOptions.parse(arguments, variables, USER);
    }

    @Test
    void withoutAnythingTheUsersOwnFilesAreMeant() {
        var environment = parse(Map.of()).environment();
        assertThat(environment.home()).isEqualTo(USER.resolve(".cloudops"));
        assertThat(environment.awsConfigFile()).isEqualTo(USER.resolve(".aws/config"));
        assertThat(environment.awsCredentialsFile()).isEqualTo(USER.resolve(".aws/credentials"));
        assertThat(environment.endpointUrl()).isEmpty();
        assertThat(environment.readOnly()).isFalse();
        assertThat(environment.keychain()).isTrue();
    }

    @Test
    void optionsWinOverVariables() {
        var variables = Map.of("CLOUDOPS_HOME", "/from/variable", "AWS_CONFIG_FILE", "/c", "AWS_SHARED_CREDENTIALS_FILE", "/k");
        assertThat(parse(variables).home()).isEqualTo(Path.of("/from/variable"));
        var options = parse(variables, "--home", "/from/../option dir", "--endpoint-url=http://127.0.0.1:5000", "--read-only", "--demo");
        assertThat(options).isEqualTo(new LaunchOptions(Path.of("/option dir"), Path.of("/c"), Path.of("/k"),
                Optional.of(URI.create("http://127.0.0.1:5000")), true, true));
    }

    @Test
    void whatThePlatformIsToldIsPassedOver() {
        assertThat(parse(Map.of(), "-data", "/x", "-clean", "--read-only", "-testproperties", "/y").readOnly()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--home", "--endpoint-url", "--endpoint-url=ftp://x", "--endpoint-url=not a url", "--endpoint-url=http:///x",
            "--readonly"})
    void badOptionsAreNamed(String option) {
        assertThatThrownBy(() -> parse(Map.of(), option)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option.split("=")[0]);
    }
}
