package cloudops.request.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Step;
import cloudops.aws.AwsException;
import cloudops.aws.Profiles;
import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.PlanStep;
import cloudops.model.AwsResource;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;

/**
 * What a step of a plan is for the execution engine. The one place where it is decided whether it runs through the AWS CLI or in this
 * process; both {@code ask} and {@code run} come here, so that what is approved is what runs.
 */
final class StepRequests {

    private final Profiles profiles;
    private final boolean cliInstalled;
    private final SdkCalls sdkCalls = new SdkCalls();

    StepRequests(Profiles profiles, boolean cliInstalled) {
        this.profiles = profiles;
        this.cliInstalled = cliInstalled;
    }

    /** The plan to be shown; a step without a profile, or when the thread was interrupted, has a command without it. */
    ExecutionPlan of(EnrichedRequest request, ServerResponse response, String conversationId) {
        return plan(response, response.script().steps().stream().map(step -> {
            var resource = resource(request, step);
            try {
                return of(step, resource, profile(step, resource), conversationId);
            } catch (AwsException e) {
                // A plan can be read without a profile; runnable says what is wrong.
                return of(step, resource, null, conversationId);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return of(step, resource, null, conversationId);
            }
        }).toList());
    }

    /**
     * The plan to be run: each step has a profile.
     *
     * @throws RequestException {@code NO_PROFILE}, which names the profiles there are and why they do not do
     */
    ExecutionPlan runnable(EnrichedRequest request, ServerResponse response, String conversationId) throws RequestException, InterruptedException {
        var steps = new ArrayList<PlanStep>();
        for (var step : response.script().steps()) {
            var resource = resource(request, step);
            try {
                steps.add(of(step, resource, profile(step, resource), conversationId));
            } catch (AwsException e) {
                throw new RequestException(Problem.NO_PROFILE, e.getMessage(), e);
            }
        }
        return plan(response, steps);
    }

    /** One after the other; the first that fails is the last. */
    private static ExecutionPlan plan(ServerResponse response, List<PlanStep> steps) {
        return new ExecutionPlan(UUID.randomUUID(), response.explainPlan(), new Strategy.Serial(false), steps, null);
    }

    /** @return null when the request does not name it */
    private static AwsResource resource(EnrichedRequest request, Step step) {
        return request.identifiedResources().stream().map(IdentifiedResource::resource)
                .filter(each -> each.arn().equals(step.resource())).findFirst().orElse(null);
    }

    /** Of the user whose permissions the plan was made with. */
    private String profile(Step step, AwsResource resource) throws AwsException, InterruptedException {
        return profiles.profileOf(step.accountId(), resource == null ? null : resource.iam().userContext());
    }

    private PlanStep of(Step step, AwsResource resource, String profile, String conversationId) {
        var region = resource == null ? null : resource.region();
        var metadata = new ExecutionRequest.Metadata("chat", Map.of(), conversationId, step.accountId(), step.description(),
                resource == null ? List.of() : List.of(named(resource)));
        var request = ExecutionRequest.of(command(step, profile, region)).withMetadata(metadata).withResourceId(step.resource());
        return new PlanStep(step.stepId(), request, List.of(), step.description());
    }

    private static ExecutionRequest.Resource named(AwsResource resource) {
        return new ExecutionRequest.Resource(resource.resourceType(), resource.accountId(), resource.region(), resource.identifier(), resource.name());
    }

    private Command command(Step step, String profile, String region) {
        var words = step.command().split(" ");
        if (!cliInstalled) {
            var params = sdkCalls.params(words[1], words[2], step.args());
            if (params.isPresent()) {
                return new AwsSdk(words[1], words[2], params.get(), profile, region);
            }
        }
        return new AwsCli(words[1], words[2], step.args(), profile, region);
    }

    static String profile(Command command) {
        return switch (command) {
            case AwsCli cli -> cli.profile();
            case AwsSdk sdk -> sdk.profile();
            default -> throw new IllegalArgumentException("no step is a program");
        };
    }
}
