package cloudops.request.internal;

import static cloudops.request.internal.Doubles.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.ServerResponse.Script;
import cloudops.agent.ServerResponse.Step;
import cloudops.execution.ExecutionRequest;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.UserContext;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;

class StepRequestsTest {

    private static final AwsResource DATABASE = Doubles.database("pg-main1", PRODUCTION, "eu-west-1", "available");

    private final Doubles.Accounts accounts = new Doubles.Accounts();
    private final StepRequests requests = new StepRequests(accounts, true);

    private static EnrichedRequest request(UserContext user) {
        var resource = DATABASE.withIam(IamPermissions.unknown(List.of(), user, "not examined"));
        return new EnrichedRequest("1", "stop it", List.of(new IdentifiedResource(resource, new Match(1, "exact_name"))), List.of(), null);
    }

    private static ServerResponse stop() {
        var steps = List.of(new Step("1", "aws rds stop-db-instance", List.of("--db-instance-identifier", "pg-main1"), "Stop it", PRODUCTION,
                DATABASE.arn(), List.of()));
        return new ServerResponse("1", ResponseType.COMMAND, "Stop it", null, null, new Script(steps, 1), null, true, null, List.of());
    }

    @Test
    void asksForTheProfileOfTheUserWhosePermissionsWereFound() throws Exception {
        var dev = new UserContext("botocore-session-1", "arn:aws:iam::" + PRODUCTION + ":role/Dev", null);
        assertThat(requests.runnable(request(dev), stop(), "talk-1").steps()).singleElement()
                .satisfies(step -> assertThat(StepRequests.profile(step.request().command())).isEqualTo("prod"))
                .satisfies(step -> assertThat(step.request().metadata().conversationId()).isEqualTo("talk-1"))
                .satisfies(step -> assertThat(step.request().metadata().resources()).containsExactly(new ExecutionRequest.Resource("rds_instance",
                        PRODUCTION, "eu-west-1", DATABASE.identifier(), DATABASE.name())));
        requests.of(request(null), stop(), "talk-1");
        assertThat(accounts.asked).containsExactly(dev, null);
    }

    @Test
    void aPlanIsShownButNotRunWithoutAProfile() {
        accounts.profiles.clear();
        assertThat(requests.of(request(null), stop(), "talk-1").steps()).singleElement()
                .satisfies(step -> assertThat(StepRequests.profile(step.request().command())).isNull());
        assertThatThrownBy(() -> requests.runnable(request(null), stop(), "talk-1")).isInstanceOfSatisfying(RequestException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NO_PROFILE)).hasMessage("sign in to " + PRODUCTION + " again");
    }
}
