package cloudops.ui.chat.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Intent;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.ServerResponse.RiskAssessment;
import cloudops.agent.ServerResponse.Script;
import cloudops.agent.ServerResponse.Step;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.IamPermissions.Verdict;
import cloudops.model.PermissionSource;
import cloudops.model.Risk;
import cloudops.request.RequestBuilder.Answer;
import cloudops.ui.chat.internal.Exchange.Progress;
import cloudops.ui.chat.internal.Exchange.StateChange;
import cloudops.ui.chat.internal.PlanCard.Permission;

class PlanCardTest {

    private static final String ARN = "arn:aws:rds:us-west-2:111111111111:db:pg";

    private static AwsResource database(IamPermissions iam) {
        return new AwsResource("rds_instance", "pg", "111111111111", "production", "us-west-2", "rds", ARN, "pg", "available", Map.of(),
                Instant.EPOCH, iam, null, Map.of());
    }

    private static PlanCard card(AwsResource resource, Step step, RiskAssessment risk) {
        var request = new EnrichedRequest("r", "stop pg", resource == null ? List.of()
                : List.of(new IdentifiedResource(resource, new Match(1, "exact_name"))), List.of(), null);
        var response = new ServerResponse("r", ResponseType.COMMAND, "I will stop it.", new Intent("rds", "stop", 1), null,
                new Script(List.of(step), 5), risk, true, "sha256:1", List.of());
        return PlanCard.of(new Answer(request, response)).orElseThrow();
    }

    private static Step step(String command, String... args) {
        return new Step("1", command, List.of(args), "Stops it", "111111111111", ARN, null);
    }

    @Test
    void stepsAreTheExactArguments() {
        var card = card(database(null), step("aws rds  stop-db-instance", "--name", "two words", ""), null);
        assertThat(card.steps().getFirst().argv()).containsExactly("aws", "rds", "stop-db-instance", "--name", "two words", "");
        assertThat(card.title()).isEqualTo("Stop pg");
        assertThat(card.resources()).extracting(AwsResource::arn).containsExactly(ARN);
    }

    @Test
    void aPlanWithoutAssessmentIsOfHighRisk() {
        assertThat(card(null, step("aws rds stop-db-instance"), null).risk()).isEqualTo(Risk.HIGH);
        assertThat(card(null, step("aws rds stop-db-instance"), new RiskAssessment(null, null, null)).risk()).isEqualTo(Risk.HIGH);
        assertThat(card(null, step("aws rds stop-db-instance"), new RiskAssessment(Risk.LOW, null, null)).risk()).isEqualTo(Risk.LOW);
    }

    @Test
    void findsTheIamActionOfACommand() {
        var iam = new IamPermissions(List.of("rds:StopDBInstance"), List.of("rds:DeleteDBInstance"), List.of(), null, PermissionSource.SIMULATED,
                null, Map.of("rds:DeleteDBInstance", "explicit deny"));
        assertThat(card(database(iam), step("aws rds stop-db-instance"), null).permissions())
                .containsExactly(new Permission("rds:StopDBInstance", "pg", Verdict.ALLOWED, "as AWS answers"));
        assertThat(card(database(iam), step("aws rds delete-db-instance"), null).permissions())
                .containsExactly(new Permission("rds:DeleteDBInstance", "pg", Verdict.DENIED, "explicit deny (as AWS answers)"));
    }

    @Test
    void whatWasNotExaminedIsUnknown() {
        assertThat(card(database(null), step("aws rds reboot-db-instance"), null).permissions()).extracting(Permission::verdict)
                .containsExactly(Verdict.UNKNOWN);
        assertThat(card(null, step("aws rds stop-db-instance"), null).permissions()).extracting(Permission::verdict)
                .containsExactly(Verdict.UNKNOWN);
    }

    @Test
    void answersWithoutPlanHaveNoCard() {
        var information = new ServerResponse("r", ResponseType.INFORMATION, "There are two.", null, null, null, null, false, null, null);
        assertThat(PlanCard.of(new Answer(new EnrichedRequest("r", "?", null, null, null), information))).isEmpty();
    }

    @Test
    void outcomeComparesBeforeAndAfter() {
        var before = database(null);
        assertThat(StateChange.of(before, List.of())).isEqualTo(new StateChange("pg", "available", null, true));
        var ended = new Progress.Ended(null, List.of(new StateChange("a", "available", "stopped", false),
                new StateChange("b", "x", "x", false), new StateChange("c", "x", null, true), new StateChange("d", null, null, false)));
        assertThat(PlanStatus.outcome(ended)).isEqualTo("a: available → stopped     b: still x     c: gone     d: still no state");
    }
}
