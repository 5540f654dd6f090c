package cloudops.request.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import cloudops.playbooks.PlaybookFolder;

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

    @Test
    void knowsEveryShippedPlaybook() throws IOException {
        for (var playbook : new PlaybookFolder(Path.of("..", "..", "playbooks")).all()) {
            for (var step : playbook.steps()) {
                var words = step.command().split(" ");
                assertThat(calls.params(words[1], words[2], step.args())).as(playbook.id()).isPresent();
            }
        }
    }
}
