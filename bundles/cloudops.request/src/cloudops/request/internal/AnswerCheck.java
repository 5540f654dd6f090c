package cloudops.request.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.ServerResponse.Step;
import cloudops.agent.WireSchema;
import cloudops.model.AwsResource;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;

/**
 * Looks at an agent's answer as hostile input. What passes is a plan of plain AWS calls on the resources that the request named, in their
 * accounts and regions, without an option that belongs to the user.
 */
final class AnswerCheck {

    /** An answer that is wrong everywhere need not be told of in full. */
    private static final int MOST_TOLD = 5;

    private final EnrichedRequest request;
    private final ServerResponse response;
    private final List<String> faults = new ArrayList<>();

    private AnswerCheck(EnrichedRequest request, ServerResponse response) {
        this.request = request;
        this.response = response;
    }

    /** @throws RequestException {@code BAD_ANSWER} with what is wrong */
    static void check(EnrichedRequest request, ServerResponse response) throws RequestException {
        var faults = new AnswerCheck(request, response).faults();
        if (!faults.isEmpty()) {
            throw new RequestException(Problem.BAD_ANSWER, "the agent's answer is no plan that may be shown: "
                    + String.join("; ", faults.subList(0, Math.min(MOST_TOLD, faults.size()))), null);
        }
    }

    private List<String> faults() {
        if (response == null) {
            return List.of("there is none");
        }
        faults.addAll(WireSchema.SERVER_RESPONSE.violations(response));
        if (!faults.isEmpty()) {
            return faults;
        }
        if (!response.requestId().equals(request.requestId())) {
            faults.add("it answers another request");
        }
        if (response.responseType() == ResponseType.COMMAND) {
            var earlier = new HashSet<String>();
            for (var step : response.script().steps()) {
                step(step);
                for (var needed : step.dependsOn() == null ? List.<String>of() : step.dependsOn()) {
                    require(earlier.contains(needed), step, "depends on '" + needed + "', which is no step before it");
                }
                require(earlier.add(step.stepId()), step, "its id is there twice");
            }
        }
        return faults;
    }

    private void step(Step step) {
        var resource = request.identifiedResources().stream().map(IdentifiedResource::resource)
                .filter(each -> each.arn().equals(step.resource())).findFirst().orElse(null);
        if (resource == null) {
            require(false, step, "it acts on a resource that the request does not name");
            return;
        }
        require(resource.accountId().equals(step.accountId()), step, "its account is not the one of its resource");
        require(step.args().stream().anyMatch(arg -> names(arg, resource)), step, "its arguments do not name its resource");
        step.faults().forEach(fault -> require(false, step, fault));
        for (int i = 0; i < step.args().size(); i++) {
            var name = step.args().get(i).split("=", 2)[0];
            // The CLI takes any beginning of an option for the option; those of the user are looked for in the faults of the step.
            if (name.startsWith("--") && "--region".startsWith(name)) {
                require(step.args().get(i).equals("--region") && i + 1 < step.args().size() && step.args().get(i + 1).equals(resource.region()),
                        step, "its region is not the one of its resource");
            }
        }
    }

    /** As an argument of its own or as a whole string in JSON. */
    private static boolean names(String argument, AwsResource resource) {
        return argument.equals(resource.identifier()) || argument.equals(resource.arn())
                || argument.contains("\"" + resource.identifier() + "\"") || argument.contains("\"" + resource.arn() + "\"");
    }

    private void require(boolean holds, Step step, String fault) {
        if (!holds) {
            faults.add("step " + step.stepId() + ": " + fault);
        }
    }
}
