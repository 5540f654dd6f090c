package cloudops.agent.internal;

import java.util.List;
import java.util.stream.Collectors;

import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.playbooks.Playbook;

/** Answers from what the request says about its resources; nothing is run. */
final class Informant {

    private static final int MANY = 100;

    private final Words words;

    Informant(Words words) {
        this.words = words;
    }

    String list(Playbook playbook, List<IdentifiedResource> identified) {
        if (identified.isEmpty()) {
            return "Nothing in the estate fits that. It is as the last scan saw it; a new scan may find more.";
        }
        var count = identified.size() >= MANY ? "the first " + identified.size() : Integer.toString(identified.size());
        return playbook.explain().strip() + " (" + count + "):\n" + identified.stream()
                .map(each -> "- " + Display.line(each.resource(), words))
                .collect(Collectors.joining("\n"));
    }

    String describe(List<AwsResource> resources) {
        return resources.stream().map(this::describe).collect(Collectors.joining("\n\n"));
    }

    private String describe(AwsResource resource) {
        var text = new StringBuilder(Display.line(resource, words));
        line(text, "ARN", resource.arn());
        if (!resource.tags().isEmpty()) {
            line(text, "Tags", resource.tags().entrySet().stream().map(tag -> tag.getKey() + "=" + tag.getValue())
                    .collect(Collectors.joining(", ")));
        }
        resource.metadata().forEach((key, value) -> {
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                line(text, Words.readable(key), value.toString());
            }
        });
        var constraints = resource.constraints();
        verdict(text, "Can be stopped", constraints.canStop(), constraints.reasons().get("can_stop"));
        verdict(text, "Can be started", constraints.canStart(), constraints.reasons().get("can_start"));
        verdict(text, "Can be deleted", constraints.canDelete(), constraints.reasons().get("can_delete"));
        line(text, "As of", resource.lastSynced().toString());
        return text.toString();
    }

    String permissions(List<AwsResource> resources) {
        return resources.stream().map(this::permissions).collect(Collectors.joining("\n\n"));
    }

    private String permissions(AwsResource resource) {
        var iam = resource.iam();
        var text = new StringBuilder(Display.line(resource, words));
        if (iam.userContext() != null) {
            line(text, "As", iam.userContext().username());
        }
        actions(text, "allowed", iam.allowedActions(), iam);
        actions(text, "denied", iam.deniedActions(), iam);
        actions(text, "not known", iam.unknownActions(), iam);
        if (iam.reason() != null) {
            line(text, "Not known because", iam.reason());
        }
        var constraints = resource.constraints();
        verdict(text, "Can be stopped", constraints.canStop(), constraints.reasons().get("can_stop"));
        verdict(text, "Can be started", constraints.canStart(), constraints.reasons().get("can_start"));
        verdict(text, "Can be deleted", constraints.canDelete(), constraints.reasons().get("can_delete"));
        return text.toString();
    }

    private static void actions(StringBuilder text, String verdict, List<String> actions, IamPermissions iam) {
        for (var action : actions) {
            var because = iam.reasons().get(action);
            line(text, action, verdict + (because == null ? "" : " (" + because + ")"));
        }
    }

    private static void verdict(StringBuilder text, String what, Boolean verdict, String because) {
        if (verdict != null || because != null) {
            line(text, what, (verdict == null ? "not known" : verdict ? "yes" : "no") + (because == null ? "" : ": " + because));
        }
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("\n  ").append(Display.of(key)).append(": ").append(Display.of(value));
    }
}
