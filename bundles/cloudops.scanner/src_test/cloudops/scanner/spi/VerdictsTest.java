package cloudops.scanner.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;

class VerdictsTest {

    private static final IamPermissions GRANTED = new IamPermissions(List.of("x:Yes"), List.of("x:No"), List.of(), null,
            PermissionSource.EVALUATED, null, Map.of());

    private static AwsResource inState(String state) {
        return new AwsResource("x_thing", "id", "111111111111", null, "us-east-1", "x", "arn:aws:x:us-east-1:111111111111:id", null, state,
                null, Instant.EPOCH, null, null, null);
    }

    @Test
    void trueWhenAllChecksHold() {
        var verdicts = new Verdicts().canStop(Check.stateIs(inState("on"), "on"), Check.permitted(GRANTED, "x:Yes")).build();

        assertThat(verdicts.canStop()).isTrue();
        assertThat(verdicts.reasons()).isEmpty();
    }

    @Test
    void falseWithAllReasonsWhenChecksFailWhateverElseIsUnknown() {
        var verdicts = new Verdicts().canStop(Check.stateIs(inState("off"), "on"), Check.unknown("who knows"),
                Check.permitted(GRANTED, "x:No")).build();

        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.reasons()).isEqualTo(Map.of("can_stop", "state is off; denied: x:No"));
    }

    @Test
    void nullWhenAPermissionOrTheStateIsNotKnown() {
        var verdicts = new Verdicts().canStop(Check.permitted(GRANTED, "x:Never asked"))
                .canStart(Check.stateIsNot(inState(null), "off"), Check.permitted(GRANTED, "x:Yes")).build();

        assertThat(verdicts.canStop()).isNull();
        assertThat(verdicts.canStart()).isNull();
        assertThat(verdicts.reasons()).isEqualTo(
                Map.of("can_stop", "permission not known: x:Never asked", "can_start", "the state is not known"));
    }

    @Test
    void whatNeverRunsIsNeitherStoppedNorStarted() {
        var verdicts = new Verdicts().neverRuns("a queue does not run").build();

        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.canStart()).isFalse();
        assertThat(verdicts.canDelete()).isNull();
        assertThat(verdicts.reasons()).isEqualTo(Map.of("can_stop", "a queue does not run", "can_start", "a queue does not run"));
    }

    @Test
    void whatIsNotJudgedIsNotKnown() {
        var verdicts = new Verdicts().hasDependencies(true, "2 attached volumes").custom("multi_az", true).custom("none", null).build();

        assertThat(verdicts.canDelete()).isNull();
        assertThat(verdicts.hasBackups()).isNull();
        assertThat(verdicts.hasDependencies()).isTrue();
        assertThat(verdicts.customConstraints()).isEqualTo(Map.of("multi_az", true));
    }
}
