package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.model.Environment;
import cloudops.playbooks.PlaybookRepository;
import cloudops.scanner.EstateScanner;

/** What playbooks ask about, scanners find out. */
class PlaybookPermissionsTest {

    @TempDir
    Path folder;

    @Test
    void scannersAskForEveryPermissionThatAPlaybookNeeds() throws Exception {
        var environment = new Environment(folder.resolve("home"), folder.resolve("config"), folder.resolve("credentials"), Optional.empty(),
                false, false);
        try (var services = new Services(environment, "for this test".toCharArray())) {
            var scanners = services.get(EstateScanner.class).scanners();
            var playbooks = services.get(PlaybookRepository.class);
            assertThat(playbooks.rejected()).isEmpty();
            assertThat(playbooks.all()).hasSizeGreaterThanOrEqualTo(12);
            int checked = 0;
            for (var playbook : playbooks.all()) {
                var type = playbook.intent().resourceType();
                for (var precondition : playbook.preconditions()) {
                    if (type != null && precondition.permission() != null) {
                        var scanner = scanners.stream().filter(s -> s.resourceTypes().stream().anyMatch(t -> t.name().equals(type))).findFirst();
                        assertThat(scanner).as("scanner of %s", type).isPresent();
                        assertThat(scanner.orElseThrow().actions(type)).as(playbook.id()).contains(precondition.permission());
                        checked++;
                    }
                }
            }
            assertThat(checked).isGreaterThanOrEqualTo(10);
        }
    }
}
