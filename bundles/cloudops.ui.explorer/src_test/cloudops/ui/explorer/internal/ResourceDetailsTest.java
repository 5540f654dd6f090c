package cloudops.ui.explorer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.model.UserContext;
import cloudops.ui.Tone;
import cloudops.ui.explorer.internal.ResourceDetails.Fact;
import cloudops.ui.explorer.internal.ResourceDetails.Group;

class ResourceDetailsTest {

    private static Group group(ResourceDetails details, String title) {
        return details.groups().stream().filter(group -> group.title().equals(title)).findFirst().orElseThrow();
    }

    private static ResourceDetails details(IamPermissions iam, ResourceConstraints constraints) {
        return ResourceDetails.of(SampleRows.resource("111111111111", "us-west-2", "rds_instance", "pg", "pg", "available")
                .withIam(iam).withConstraints(constraints));
    }

    @Test
    void permissionsSayWhyAndNeverTurnUnknownIntoDenied() {
        var iam = new IamPermissions(List.of("rds:StopDBInstance"), List.of("rds:DeleteDBInstance"), List.of("rds:ModifyDBInstance"),
                new UserContext("jane", null, null), PermissionSource.EVALUATED, "a condition is not known",
                Map.of("rds:DeleteDBInstance", "explicit deny"));
        var permissions = group(details(iam, null), "Permissions");
        assertThat(permissions.remark()).isEqualTo("evaluated on this machine for jane");
        assertThat(permissions.facts()).containsExactly(new Fact("rds:StopDBInstance", "allowed", Tone.GOOD, ""),
                new Fact("rds:DeleteDBInstance", "denied", Tone.BAD, "explicit deny"),
                new Fact("rds:ModifyDBInstance", "not known", Tone.PLAIN, "a condition is not known"));
    }

    @Test
    void permissionsThatNobodyKnowsSayWhy() {
        var permissions = group(details(IamPermissions.unknown(List.of("rds:StopDBInstance"), null, "no right to read policies"), null),
                "Permissions");
        assertThat(permissions.remark()).isEqualTo("not known: no right to read policies");
        assertThat(permissions.facts()).extracting(Fact::value).containsExactly("not known");
    }

    @Test
    void constraintsHaveThreeValuesAndReasons() {
        var constraints = new ResourceConstraints(true, false, null, true, null, Map.of("multi_az", true, "replicas", List.of("a", "b")),
                Map.of("can_start", "state is available"));
        var facts = group(details(null, constraints), "What it allows now").facts();
        assertThat(facts).contains(new Fact("Can be stopped", "yes", Tone.GOOD, ""),
                new Fact("Can be started", "no", Tone.BAD, "state is available"), new Fact("Can be deleted", "not known", Tone.PLAIN, ""),
                new Fact("Multi az", "yes", Tone.PLAIN, ""), new Fact("Replicas", "a, b", Tone.PLAIN, ""));
    }
}
