package cloudops.playbooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import cloudops.model.Risk;
import cloudops.playbooks.Playbook.Kind;

/** The playbooks at the top of the repository, which the build packs into this bundle. */
class ShippedPlaybooksTest {

    private static final Path SHIPPED = Path.of("..", "..", "playbooks");
    private static PlaybookFolder playbooks;

    @BeforeAll
    static void read() throws IOException {
        playbooks = new PlaybookFolder(SHIPPED);
    }

    @Test
    void everyFileIsAGoodPlaybookNamedAfterItsId() throws IOException {
        assertThat(playbooks.rejected()).isEmpty();
        try (Stream<Path> files = Files.list(SHIPPED)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .containsExactlyInAnyOrderElementsOf(playbooks.all().stream().map(each -> each.id() + ".yaml").toList())
                    .hasSizeGreaterThanOrEqualTo(14);
        }
    }

    @Test
    void everyCommandNamesItsPermissionsAndItsRegion() {
        assertThat(playbooks.all()).filteredOn(each -> each.intent().kind() == Kind.COMMAND).allSatisfy(each -> {
            assertThat(each.preconditions()).anyMatch(one -> one.permission() != null);
            assertThat(each.risk().base()).isNotEqualTo(Risk.LOW);
            assertThat(each.steps()).allSatisfy(step -> assertThat(step.args()).containsSequence("--region", "{{region}}"));
            assertThat(each.parameters()).allSatisfy(parameter -> assertThat(parameter.pattern()).isNotNull());
            assertThat(each.intent().utterances()).hasSizeGreaterThanOrEqualTo(6);
        });
    }

    @Test
    void readsEveryPartOfAPlaybook() {
        var stop = playbooks.find("aws_rds_stop_instance").orElseThrow();
        assertThat(stop.intent().resourceType()).isEqualTo("rds_instance");
        assertThat(stop.intent().utterances()).contains("Stop the database");
        assertThat(stop.preconditions()).contains(new Playbook.Precondition("can_stop", null, null));
        assertThat(stop.risk().raise().getFirst().when()).containsOnlyKeys("tags.environment|env|stage");
        assertThat(stop.estimatedDuration()).isEqualTo(300);
        var snapshot = playbooks.find("aws_rds_snapshot_instance").orElseThrow();
        assertThat(snapshot.parameters().get(1).defaultValue()).isEqualTo("{{db_instance_identifier}}-{{clock.hour}}");
    }
}
