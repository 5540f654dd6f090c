package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

class TargetTest {

    @TempDir
    Path folder;
    private AwsFolder aws;

    @BeforeEach
    void files() {
        aws = new AwsFolder(folder).config("""
                [profile here]
                region = eu-west-1
                endpoint_url = http://127.0.0.1:1/all
                services = local
                [profile bare]
                output = json
                [profile blank]
                region =
                [profile bad]
                region = eu-west-1
                endpoint_url = not a url
                [services local]
                rds =
                  endpoint_url = http://127.0.0.1:2/rds
                elastic_load_balancing_v2 =
                  endpoint_url = http://127.0.0.1:3/elb
                """);
    }

    private Target target(String service, String profile, String region) throws AwsException {
        return Target.of(new AwsFiles(aws.environment()), service, profile, region);
    }

    @Test
    void theMostSpecialEndpointCounts() throws Exception {
        assertThat(target("ec2", "here", null).endpoint()).contains(URI.create("http://127.0.0.1:1/all"));
        assertThat(target("rds", "here", null).endpoint()).contains(URI.create("http://127.0.0.1:2/rds"));
        assertThat(target("elbv2", "here", null).endpoint()).contains(URI.create("http://127.0.0.1:3/elb"));
        assertThat(target("iam", "bare", null).endpoint()).isEmpty();
        var simulator = aws.environment("http://127.0.0.1:9");
        assertThat(Target.of(new AwsFiles(simulator), "rds", "here", null).endpoint()).contains(URI.create("http://127.0.0.1:9"));
    }

    @Test
    void theRegionIsTheCallsElseTheProfiles() throws Exception {
        assertThat(target("ec2", "here", "us-west-2").region()).isEqualTo("us-west-2");
        assertThat(target("ec2", "here", null).region()).isEqualTo("eu-west-1");
        assertThat(target("iam", "bare", null).region()).isEqualTo("us-east-1");
        assertThat(target("s3api", "bare", null).region()).isEqualTo("us-east-1");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> target("ec2", "bare", null)).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_CALL)).hasMessageContaining("profile 'bare' has none; try: ");
        assertThatThrownBy(() -> target("ec2", "blank", null)).hasMessageContaining("profile 'blank' has none; try: ");
        assertThatThrownBy(() -> target("ec2", "here", "evil.example/\u001B")).isInstanceOf(AwsException.class)
                .hasMessageContaining("not the name of an AWS region").hasMessageNotContaining("\u001B");
        assertThatThrownBy(() -> target("ec2", "bad", null)).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.PARSE)).hasMessageContaining("endpoint_url of profile 'bad'");
    }
}
