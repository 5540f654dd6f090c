package cloudops.request.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

class SdkCallsTest {

    private final SdkCalls calls = new SdkCalls();

    @Test
    void turnsOptionsIntoMembers() {
        assertThat(calls.params("rds", "stop-db-instance", List.of("--db-instance-identifier", "pg", "--region", "eu-west-1")))
                .contains("{\"DBInstanceIdentifier\":\"pg\"}");
        assertThat(calls.params("ec2", "stop-instances", List.of("--instance-ids", "i-1", "i-2")))
                .contains("{\"InstanceIds\":[\"i-1\",\"i-2\"]}");
        assertThat(calls.params("ec2", "create-image", List.of("--instance-id", "i-1", "--name", "{x", "--no-reboot")))
                .contains("{\"InstanceId\":\"i-1\",\"Name\":\"{x\",\"NoReboot\":true}");
        assertThat(calls.params("ec2", "create-tags", List.of("--resources", "i-1", "--tags", "[{\"Key\":\"a\",\"Value\":\"b\"}]")))
                .contains("{\"Resources\":[\"i-1\"],\"Tags\":[{\"Key\":\"a\",\"Value\":\"b\"}]}");
    }

    @Test
    void leavesWhatItDoesNotKnowToTheCli() {
        assertThat(calls.params("rds", "modify-db-instance", List.of())).isEmpty();
        assertThat(calls.params("rds", "stop-db-instance", List.of("--other", "x"))).isEmpty();
        assertThat(calls.params("rds", "stop-db-instance", List.of("--db-instance-identifier"))).isEmpty();
        assertThat(calls.params("rds", "stop-db-instance", List.of("--db-instance-identifier", "a", "b"))).isEmpty();
        assertThat(calls.params("ec2", "create-tags", List.of("--tags", "Key=a,Value=b"))).isEmpty();
        assertThat(calls.params("ec2", "create-image", List.of("--no-reboot", "true"))).isEmpty();
    }

    /** Reads the files as text: this bundle is above the agent, which alone knows playbooks. */
    @Test
    void knowsEveryShippedPlaybook() throws IOException {
        var step = Pattern.compile("command: aws (\\S+) (\\S+)\\R\\s+args:\\R((?:\\s+- .*\\R)+)");
        int steps = 0;
        try (var files = Files.newDirectoryStream(Path.of("..", "..", "playbooks"), "*.yaml")) {
            for (var file : files) {
                var matcher = step.matcher(Files.readString(file));
                while (matcher.find()) {
                    steps++;
                    var args = matcher.group(3).lines().map(line -> line.strip().substring(2).replaceAll("^'|'$", "")).toList();
                    assertThat(calls.params(matcher.group(1), matcher.group(2), args)).as(file.toString()).isPresent();
                }
            }
        }
        assertThat(steps).isGreaterThanOrEqualTo(14);
    }
}
