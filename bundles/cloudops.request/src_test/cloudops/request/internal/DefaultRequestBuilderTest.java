package cloudops.request.internal;

import static cloudops.request.internal.Doubles.PRODUCTION;
import static cloudops.request.internal.Doubles.STAGING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.agent.Agent;
import cloudops.agent.AgentException;
import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.Message;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Intent;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.ServerResponse.RiskAssessment;
import cloudops.agent.ServerResponse.Script;
import cloudops.agent.ServerResponse.Step;
import cloudops.agent.WireSchema;
import cloudops.execution.Approval;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.model.AwsResource;
import cloudops.model.Risk;
import cloudops.request.RequestBuilder.Answer;
import cloudops.request.RequestBuilder.PlanListener;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;
import cloudops.scanner.ScanResult.ScopeStatus;

class DefaultRequestBuilderTest {

    private static final AwsResource MAIN1 = Doubles.database("pg-main1", PRODUCTION, "eu-west-1", "available");
    private static final AwsResource MAIN2 = Doubles.database("pg-main2", STAGING, "us-west-2", "available");

    private final Doubles.Storage storage = new Doubles.Storage(MAIN1, MAIN2);
    private final Doubles.Engine engine = new Doubles.Engine();
    private final Doubles.Accounts accounts = new Doubles.Accounts();
    private final Doubles.Scanner scanner = new Doubles.Scanner();
    private UnaryOperator<Step> twist = step -> step;
    private Agent agent = request -> command(request, twist);

    private DefaultRequestBuilder builder() {
        return builder(false, true);
    }

    private DefaultRequestBuilder builder(boolean readOnly, boolean cli) {
        return new DefaultRequestBuilder(storage, request -> agent.respond(request), engine, accounts, scanner,
                Doubles.environment(readOnly), cli);
    }

    private static ServerResponse command(EnrichedRequest request, UnaryOperator<Step> twist) {
        var steps = new ArrayList<Step>();
        for (var each : request.identifiedResources()) {
            steps.add(twist.apply(stop(Integer.toString(steps.size() + 1), each.resource())));
        }
        return new ServerResponse(request.requestId(), ResponseType.COMMAND, "I will stop it", new Intent("rds", "stop", 1), null,
                new Script(steps, 1), new RiskAssessment(Risk.LOW, List.of("because"), "down"), false, null, List.of());
    }

    private static Step stop(String id, AwsResource resource) {
        return new Step(id, "aws rds stop-db-instance",
                List.of("--db-instance-identifier", resource.identifier(), "--region", resource.region()), "Stop it",
                resource.accountId(), resource.arn(), List.of());
    }

    private static Approval approve(Answer answer) {
        return new Approval(answer.response().approvalHash(), "john", Instant.now());
    }

    private static void assertProblem(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call).asInstanceOf(type(RequestException.class)).extracting(RequestException::problem).isEqualTo(problem);
    }

    @Test
    void buildsWhatTheAgentIsSent() throws RequestException {
        var history = new ArrayList<Message>();
        for (int i = 0; i < 30; i++) {
            history.add(new Message("user", "message " + i, Instant.EPOCH));
        }
        var request = builder().build("Stop pg-main1", history);
        assertThat(WireSchema.ENRICHED_REQUEST.violations(request)).isEmpty();
        assertThat(request.identifiedResources()).singleElement().satisfies(each -> assertThat(each.resource()).isEqualTo(MAIN1));
        assertThat(request.userContext().username()).isEqualTo("john");
        assertThat(request.userContext().awsAccounts()).containsExactly(PRODUCTION);
        assertThat(request.chatHistory()).hasSize(20).last().extracting(Message::content).isEqualTo("message 29");
    }

    @Test
    void itIsWhatWasSpokenOfBefore() throws RequestException {
        var history = List.of(new Message("user", "Describe pg-main1", Instant.EPOCH), new Message("assistant", "pg-main2", Instant.EPOCH));
        assertThat(builder().build("stop it", history).identifiedResources()).singleElement().satisfies(each -> {
            assertThat(each.resource()).isEqualTo(MAIN1);
            assertThat(each.match().by()).isEqualTo("conversation");
        });
        assertThat(builder().build("stop it", List.of()).identifiedResources()).isEmpty();
    }

    @Test
    void saysWhatGoesWrong() {
        assertProblem(Problem.AGENT, () -> builder().build("x".repeat(5000), List.of()));
        agent = request -> {
            throw new AgentException("no idea", null);
        };
        assertProblem(Problem.AGENT, () -> builder().ask("Stop pg-main1", List.of()));
        storage.broken = true;
        assertProblem(Problem.STORAGE, () -> builder().ask("Stop pg-main1", List.of()));
    }

    @Test
    void theEngineRaisesRiskAndApproval() throws Exception {
        engine.verdict = new Verdict(Effect.DESTRUCTIVE, Risk.HIGH, Decision.ASK, "it destroys");
        var response = builder().ask("Stop pg-main1", List.of()).response();
        assertThat(response.riskAssessment().level()).isEqualTo(Risk.HIGH);
        assertThat(response.riskAssessment().reasons()).containsExactly("because", "it destroys");
        assertThat(response.approvalRequired()).isTrue();
        assertThat(response.approvalHash()).matches("sha256:[0-9a-f]{64}");
        assertThat(WireSchema.SERVER_RESPONSE.violations(response)).isEmpty();
    }

    @Test
    void theHashIsTheSameForTheSamePlanAndOnlyForThat() throws Exception {
        var hash = builder().ask("Stop pg-main1", List.of()).response().approvalHash();
        assertThat(builder().ask("please stop pg-main1 now", List.of()).response().approvalHash()).isEqualTo(hash);
        assertThat(builder().ask("Stop pg-main2", List.of()).response().approvalHash()).isNotEqualTo(hash);
        assertThat(builder(false, false).ask("Stop pg-main1", List.of()).response().approvalHash()).isNotEqualTo(hash);
        accounts.profiles.put(PRODUCTION, "other");
        assertThat(builder().ask("Stop pg-main1", List.of()).response().approvalHash()).isNotEqualTo(hash);
    }

    @Test
    void runsExactlyWhatWasApproved() throws Exception {
        var builder = builder();
        var answer = builder.ask("Stop pg-main1 and pg-main2", List.of());
        var started = new ArrayList<String>();
        var lines = new ArrayList<String>();
        var result = builder.run(answer, approve(answer), new PlanListener() {
            @Override
            public synchronized void line(Stream stream, String line) {
                lines.add(line);
            }

            @Override
            public void stepStarted(Step step, UUID executionId) {
                started.add(step.stepId());
            }
        });
        assertThat(result.succeeded()).isTrue();
        assertThat(result.steps()).extracting(each -> each.stepId()).containsExactly("1", "2");
        assertThat(started).containsExactly("1", "2");
        assertThat(lines).hasSize(2);
        assertThat(engine.executed).extracting(ExecutionRequest::command).containsExactly(
                new AwsCli("rds", "stop-db-instance", List.of("--db-instance-identifier", "pg-main1", "--region", "eu-west-1"), "prod",
                        "eu-west-1"),
                new AwsCli("rds", "stop-db-instance", List.of("--db-instance-identifier", "pg-main2", "--region", "us-west-2"), "stage",
                        "us-west-2"));
        assertThat(engine.executed).allSatisfy(each -> assertThat(each.metadata().source()).isEqualTo("chat"));
        assertThat(engine.executed.getFirst().metadata().accountId()).isEqualTo(PRODUCTION);
        assertThat(engine.approval.approvedBy()).isEqualTo("john");
    }

    @Test
    void runsInProcessWithoutTheCli() throws Exception {
        var builder = builder(false, false);
        var answer = builder.ask("Stop pg-main1", List.of());
        builder.run(answer, approve(answer), (stream, line) -> {
            // not of interest
        });
        assertThat(engine.executed).extracting(ExecutionRequest::command)
                .containsExactly(new AwsSdk("rds", "stop-db-instance", "{\"DBInstanceIdentifier\":\"pg-main1\"}", "prod", "eu-west-1"));
    }

    @Test
    void stopsAtTheFirstFailure() throws Exception {
        engine.failing = 0;
        var builder = builder();
        var answer = builder.ask("Stop pg-main1 and pg-main2", List.of());
        var result = builder.run(answer, approve(answer), (stream, line) -> {
            // not of interest
        });
        assertThat(result.succeeded()).isFalse();
        assertThat(result.steps()).hasSize(1);
        assertThat(engine.executed).hasSize(1);
    }

    @Test
    void aRefusalLeavesTheResultsOfWhatRan() throws Exception {
        var builder = builder();
        var answer = builder.ask("Stop pg-main1 and pg-main2", List.of());
        PlanListener deaf = (stream, line) -> {
            // not of interest
        };
        engine.refusing = 0;
        assertProblem(Problem.EXECUTION, () -> builder.run(answer, approve(answer), deaf));
        engine.refusing = 1;
        var result = builder.run(answer, approve(answer), deaf);
        assertThat(result.succeeded()).isFalse();
        assertThat(result.steps()).extracting(each -> each.result().status())
                .containsExactly(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED);
        assertThat(result.steps().getLast().result().exitCode()).isNull();
        assertThat(result.steps().getLast().result().error()).isEqualTo("it was not run: nothing runs it");
    }

    @Test
    void refusesWithoutConsentToThisPlan() throws Exception {
        var builder = builder();
        var answer = builder.ask("Stop pg-main1", List.of());
        var other = builder.ask("Stop pg-main2", List.of());
        PlanListener deaf = (stream, line) -> {
            // not of interest
        };
        assertProblem(Problem.REFUSED, () -> builder.run(answer, null, deaf));
        assertProblem(Problem.REFUSED, () -> builder.run(answer, approve(other), deaf));
        assertProblem(Problem.REFUSED, () -> builder(true, true).run(answer, approve(answer), deaf));
        // whatever the answer itself says about its hash and whether it needs consent
        var forged = new Answer(answer.request(), command(answer.request(), twist).withApprovalHash("sha256:" + "0".repeat(64)));
        assertProblem(Problem.REFUSED, () -> builder.run(forged, approve(forged), deaf));
        accounts.profiles.put(PRODUCTION, "other");
        assertProblem(Problem.REFUSED, () -> builder.run(answer, approve(answer), deaf));
        accounts.profiles.remove(PRODUCTION);
        assertProblem(Problem.NO_PROFILE, () -> builder.run(answer, approve(answer), deaf));
        assertThat(engine.executed).isEmpty();
    }

    @Test
    void aPlanOfReadsRunsWithoutConsentEvenInReadOnlyMode() throws Exception {
        engine.verdict = new Verdict(Effect.READ_ONLY, Risk.LOW, Decision.ALLOW, "it reads");
        var builder = builder(true, true);
        assertThat(builder.run(builder.ask("Stop pg-main1", List.of()), null, (stream, line) -> {
            // not of interest
        }).succeeded()).isTrue();
    }

    @Test
    void anAnswerWithoutAPlanDoesNotRun() throws Exception {
        agent = request -> new ServerResponse(request.requestId(), ResponseType.INFORMATION, "so it is", null, null, null, null, false, null,
                List.of());
        var builder = builder();
        var answer = builder.ask("Describe pg-main1", List.of());
        assertThat(answer.response().approvalHash()).isNull();
        assertProblem(Problem.NOTHING_TO_RUN, () -> builder.run(answer, null, (stream, line) -> {
            // not of interest
        }));
        assertThat(builder.refresh(answer)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "rds stop-db-instance", "aws rds", "aws rds stop-db-instance --debug", "aws --profile x", "bash -c id",
            "aws rds stop-db-instance; id", "aws rds $(id)", "aws rds stop-db-instance\nid", "AWS RDS stop", " aws rds stop-db-instance", "" })
    void refusesOtherCommands(String command) {
        refused(step -> new Step(step.stepId(), command, step.args(), step.description(), step.accountId(), step.resource(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "--endpoint-url", "--endpoint-url=http://evil.example", "--endpoint", "--profile", "--prof=admin",
            "--no-verify-ssl", "--cli-input-json", "--ca-bundle", "--debug", "--query", "-x", "--", "--x y", "--Region", "file:///etc/passwd",
            "fileb://x", "http://evil.example", "HTTPS://evil.example/x", "a\u0000b", "--region", "--region=us-east-1", "--reg",
            "--re", "--r", "--r=us-east-1", "--end", "--pro", "--out", "--deb", "--no-verify", "--ca", "--cli", "--cli-r", "--no-cli" })
    void refusesOtherArguments(String argument) {
        refused(step -> withArgs(step, List.of("--db-instance-identifier", "pg-main1", argument)));
        refused(step -> withArgs(step, List.of(argument, "us-east-1", "--db-instance-identifier", "pg-main1")));
    }

    @Test
    void refusesPlansOnOtherThings() {
        refused(step -> withArgs(step, List.of("--db-instance-identifier", "pg-main2")));
        refused(step -> withArgs(step, List.of()));
        refused(step -> withArgs(step, List.of("--db-instance-identifier", "pg-main1", "--region", "us-east-1")));
        refused(step -> new Step(step.stepId(), step.command(), step.args(), "x", STAGING, step.resource(), List.of()));
        refused(step -> new Step(step.stepId(), step.command(), step.args(), "x", step.accountId(), MAIN2.arn(), List.of()));
        refused(step -> new Step(step.stepId(), step.command(), step.args(), "x", step.accountId(), null, List.of()));
        refused(step -> new Step(step.stepId(), step.command(), step.args(), "x", step.accountId(), step.resource(), List.of("9")));
        refused(step -> new Step("", step.command(), step.args(), "x", step.accountId(), step.resource(), List.of()));
    }

    @Test
    void refusesAnswersThatAreNone() {
        agent = request -> null;
        assertProblem(Problem.BAD_ANSWER, () -> builder().ask("Stop pg-main1", List.of()));
        agent = request -> new ServerResponse("another", ResponseType.INFORMATION, "x", null, null, null, null, false, null, List.of());
        assertProblem(Problem.BAD_ANSWER, () -> builder().ask("Stop pg-main1", List.of()));
        agent = request -> new ServerResponse(request.requestId(), ResponseType.COMMAND, "x", new Intent("rds", "stop", 7), null, null, null,
                false, null, List.of());
        assertProblem(Problem.BAD_ANSWER, () -> builder().ask("Stop pg-main1", List.of()));
        agent = request -> new ServerResponse(request.requestId(), null, null, null, null, null, null, false, null, null);
        assertProblem(Problem.BAD_ANSWER, () -> builder().ask("Stop pg-main1", List.of()));
    }

    private void refused(UnaryOperator<Step> change) {
        twist = change;
        assertProblem(Problem.BAD_ANSWER, () -> builder().ask("Stop pg-main1", List.of()));
    }

    private static Step withArgs(Step step, List<String> args) {
        return new Step(step.stepId(), step.command(), args, step.description(), step.accountId(), step.resource(), step.dependsOn());
    }

    @Test
    void refreshScansWhatThePlanTouches() throws Exception {
        var builder = builder();
        var answer = builder.ask("Stop pg-main1", List.of());
        scanner.effect = () -> storage.resources.put(MAIN1.key(), Doubles.database("pg-main1", PRODUCTION, "eu-west-1", "stopped"));
        assertThat(builder.refresh(answer)).extracting(AwsResource::state).containsExactly("stopped");
        assertThat(scanner.requests).singleElement().satisfies(scan -> {
            assertThat(scan.profiles()).containsExactly("prod");
            assertThat(scan.regions()).containsExactly("eu-west-1");
            assertThat(scan.services()).containsExactly("rds");
            assertThat(scan.resourceTypes()).containsExactly("rds_instance");
        });
        scanner.effect = () -> storage.resources.remove(MAIN1.key());
        assertThat(builder.refresh(answer)).isEmpty();
        scanner.status = ScopeStatus.PARTIAL;
        assertProblem(Problem.EXECUTION, () -> builder.refresh(answer));
    }
}
