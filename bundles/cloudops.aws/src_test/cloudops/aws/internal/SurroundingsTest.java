package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurroundingsTest {

    private static final Map<String, String> KEYS = Map.of("AWS_ACCESS_KEY_ID", "ASIA1", "AWS_SECRET_ACCESS_KEY", "s", "AWS_SESSION_TOKEN", "t");
    private static final Map<String, String> CONTAINER = Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/x",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret");

    @TempDir
    Path folder;

    private Map<String, String> of(String profile, Map<String, String> more) {
        var aws = new AwsFolder(folder).config("""
                [profile variables]
                role_arn = r
                credential_source = Environment
                [profile instance]
                role_arn = r
                credential_source = Ec2InstanceMetadata
                [profile container]
                role_arn = r
                credential_source = EcsContainer
                [profile unknown]
                role_arn = r
                credential_source = Elsewhere
                [profile above]
                role_arn = r2
                source_profile = variables
                [profile bare]
                region = us-east-1
                [profile overBare]
                role_arn = r
                source_profile = bare
                [profile token]
                role_arn = r
                web_identity_token_file = /token
                credential_source = Environment
                [profile process]
                credential_process = helper
                [profile circle]
                role_arn = r
                source_profile = circle
                [profile keys]
                """ + AwsFolder.KEYS);
        var variables = new HashMap<>(Map.of("AWS_PROFILE", "other", "AWS_ROLE_ARN", "other", "CLOUDOPS_PASSPHRASE", "hush"));
        variables.putAll(KEYS);
        variables.putAll(CONTAINER);
        variables.putAll(more);
        return new KeychainKeys(aws.environment(), new MemoryVault(), variables).surroundings(profile);
    }

    @Test
    void aProfileHasTheVariablesThatItNames() {
        assertThat(of("variables", Map.of())).isEqualTo(KEYS);
        assertThat(of("above", Map.of())).isEqualTo(KEYS);
        assertThat(of("container", Map.of())).isEqualTo(CONTAINER);
        assertThat(of("bare", Map.of())).isEqualTo(CONTAINER);
        assertThat(of("overBare", Map.of())).isEqualTo(CONTAINER);
    }

    @Test
    void whoNamesTheInstanceMayAskIt() {
        assertThat(of("instance", Map.of())).isEqualTo(Map.of("AWS_EC2_METADATA_DISABLED", "false"));
        assertThat(of("instance", Map.of("AWS_EC2_METADATA_DISABLED", "true"))).isEqualTo(Map.of("AWS_EC2_METADATA_DISABLED", "true"));
    }

    @ParameterizedTest
    @CsvSource({"keys", "process", "token", "unknown", "circle", "nobody"})
    void othersHaveNone(String profile) {
        assertThat(of(profile, Map.of())).isEmpty();
    }

    @Test
    void aBrokenFileIsForOthersToSay() {
        var aws = new AwsFolder(folder).config("[profile x\nthis is no property\n");
        assertThat(new KeychainKeys(aws.environment(), new MemoryVault(), KEYS).surroundings("x")).isEmpty();
    }
}
