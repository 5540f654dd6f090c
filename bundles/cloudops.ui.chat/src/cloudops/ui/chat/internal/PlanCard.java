package cloudops.ui.chat.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Step;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.Risk;
import cloudops.request.RequestBuilder.Answer;
import cloudops.ui.Tone;

/**
 * A plan as a person reviews it. Text is raw: not yet safe to show; the arguments of a step are exactly those that will run.
 *
 * @param title what the plan is about, in a few words
 * @param risk never null: a plan without an assessment is of high risk
 * @param reasons why the risk is what it is
 * @param impact what it means for others; empty for none
 * @param origin the playbook it was made from; empty when not known
 * @param resources the stored resources that the steps act on, as they were when the plan was made
 */
record PlanCard(String title, String explanation, List<PlanStep> steps, Risk risk, List<String> reasons, String impact,
        List<Permission> permissions, String origin, boolean approvalRequired, String approvalHash, List<AwsResource> resources) {

    /** @param argv program and arguments @param account whose credentials run it; null when it is not said */
    record PlanStep(String id, String description, List<String> argv, String account, List<String> dependsOn) {
    }

    /**
     * Whether the user may do what a step does.
     *
     * @param action IAM action where the estate knows one for it, else the operation
     * @param resource name of the resource
     * @param reason why, and how that is known
     */
    record Permission(String action, String resource, IamPermissions.Verdict verdict, String reason) {
        Tone tone() {
            return switch (verdict) {
                case ALLOWED -> Tone.GOOD;
                case DENIED -> Tone.BAD;
                case UNKNOWN -> Tone.BUSY;
            };
        }
    }

    /** The plan of an answer; empty when the answer has none. */
    static Optional<PlanCard> of(Answer answer) {
        var response = answer.response();
        if (response.responseType() != ServerResponse.ResponseType.COMMAND || response.script() == null) {
            return Optional.empty();
        }
        var known = answer.request().identifiedResources().stream().map(IdentifiedResource::resource)
                .collect(Collectors.toMap(AwsResource::arn, resource -> resource, (one, same) -> one, LinkedHashMap::new));
        var steps = response.script().steps();
        var assessment = response.riskAssessment();
        var targets = steps.stream().map(Step::resource).distinct().map(known::get).filter(resource -> resource != null).toList();
        return Optional.of(new PlanCard(title(response, targets), response.explainPlan(), steps.stream().map(PlanCard::step).toList(),
                assessment == null || assessment.level() == null ? Risk.HIGH : assessment.level(),
                assessment == null ? List.of("the plan comes without an assessment of its risk") : orEmpty(assessment.reasons()),
                assessment == null || assessment.impact() == null ? "" : assessment.impact(), permissions(steps, known), origin(response),
                response.approvalRequired(), response.approvalHash(), targets));
    }

    private static List<String> orEmpty(List<String> list) {
        return list == null ? List.of() : list;
    }

    private static String title(ServerResponse response, List<AwsResource> targets) {
        var operation = response.intent() == null || response.intent().operation() == null ? "Plan"
                : response.intent().operation().replace('_', ' ').replace('-', ' ');
        var names = targets.stream().map(AwsResource::name).collect(Collectors.joining(", "));
        var title = names.isEmpty() ? operation : operation + " " + names;
        return title.isEmpty() ? "Plan" : title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }

    private static PlanStep step(Step step) {
        var argv = Stream.concat(words(step), orEmpty(step.args()).stream()).toList();
        return new PlanStep(step.stepId(), step.description() == null ? "" : step.description(), argv, step.accountId(),
                orEmpty(step.dependsOn()));
    }

    private static Stream<String> words(Step step) {
        return Arrays.stream(step.command().trim().split(" +"));
    }

    private static String origin(ServerResponse response) {
        var playbook = response.playbook();
        return playbook == null ? "" : "Playbook " + playbook.id() + (playbook.version() == null ? "" : " " + playbook.version());
    }

    private static List<Permission> permissions(List<Step> steps, Map<String, AwsResource> known) {
        var permissions = new ArrayList<Permission>();
        for (var step : steps) {
            var operation = words(step).skip(1).limit(2).toList();
            var resource = step.resource() == null ? null : known.get(step.resource());
            if (operation.size() == 2) {
                permissions.add(permission(operation, resource, step.resource()));
            }
        }
        return permissions.stream().distinct().toList();
    }

    private static Permission permission(List<String> operation, AwsResource resource, String arn) {
        if (resource == null) {
            return new Permission(String.join(" ", operation), arn == null ? "" : arn, IamPermissions.Verdict.UNKNOWN,
                    "no resource of the estate, so nothing was examined");
        }
        var iam = resource.iam();
        // the CLI spells stop-db-instance what IAM calls StopDBInstance
        var wanted = operation.getLast().replace("-", "");
        var action = Stream.of(iam.allowedActions(), iam.deniedActions(), iam.unknownActions()).flatMap(List::stream)
                .filter(candidate -> candidate.substring(candidate.indexOf(':') + 1).equalsIgnoreCase(wanted)).findFirst();
        return action.map(found -> new Permission(found, resource.name(), iam.verdict(found), reason(iam, found)))
                .orElseGet(() -> new Permission(String.join(" ", operation), resource.name(), IamPermissions.Verdict.UNKNOWN,
                        "the last scan did not examine this action"));
    }

    private static String reason(IamPermissions iam, String action) {
        var how = switch (iam.source()) {
            case SIMULATED -> "as AWS answers";
            case EVALUATED -> "evaluated on this machine";
            case UNKNOWN -> iam.reason() == null ? "not known" : iam.reason();
        };
        var why = iam.reasons().get(action);
        return why == null ? how : why + " (" + how + ")";
    }
}
