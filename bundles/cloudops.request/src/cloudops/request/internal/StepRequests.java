package cloudops.request.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.ServerResponse.Step;
import cloudops.aws.AwsException;
import cloudops.aws.Profiles;
import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.model.AwsResource;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;

/**
 * What a step of a plan is for the execution engine. The one place where it is decided whether it runs through the AWS CLI or in this
 * process; both {@code ask} and {@code run} come here, so that what is approved is what runs.
 */
final class StepRequests {

    private final ExecutionEngine engine;
    private final Profiles profiles;
    private final boolean cliInstalled;
    private final SdkCalls sdkCalls = new SdkCalls();

    StepRequests(ExecutionEngine engine, Profiles profiles, boolean cliInstalled) {
        this.engine = engine;
        this.profiles = profiles;
        this.cliInstalled = cliInstalled;
    }

    /** The steps in order, to be shown; one without a profile, or when the thread was interrupted, has a command without it. */
    List<ExecutionRequest> of(EnrichedRequest request, List<Step> steps) {
        return steps.stream().map(step -> {
            var resource = resource(request, step);
            try {
                return of(step, resource, profile(step, resource));
            } catch (AwsException e) {
                // A plan can be read without a profile; runnable says what is wrong.
                return of(step, resource, null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return of(step, resource, null);
            }
        }).toList();
    }

    /**
     * The steps in order, to be run: each has a profile.
     *
     * @throws RequestException {@code NO_PROFILE}, which names the profiles there are and why they do not do
     */
    List<ExecutionRequest> runnable(EnrichedRequest request, List<Step> steps) throws RequestException, InterruptedException {
        var requests = new ArrayList<ExecutionRequest>();
        for (var step : steps) {
            var resource = resource(request, step);
            try {
                requests.add(of(step, resource, profile(step, resource)));
            } catch (AwsException e) {
                throw new RequestException(Problem.NO_PROFILE, e.getMessage(), e);
            }
        }
        return List.copyOf(requests);
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

    private ExecutionRequest of(Step step, AwsResource resource, String profile) {
        var region = resource == null ? null : resource.region();
        var metadata = new ExecutionRequest.Metadata("chat", Map.of(), null, step.accountId(), step.description());
        return ExecutionRequest.of(command(step, profile, region)).withMetadata(metadata).withResourceId(step.resource());
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

    /** {@code sha256:} over the engine's hash of every step, in order. */
    String hash(List<ExecutionRequest> steps) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (var step : steps) {
                sha.update((engine.approvalHash(step) + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            return "sha256:" + HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
