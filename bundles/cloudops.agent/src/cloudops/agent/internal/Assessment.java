package cloudops.agent.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.Risk;
import cloudops.playbooks.Playbook;
import cloudops.playbooks.Playbook.Precondition;
import cloudops.playbooks.Playbook.Raise;
import cloudops.playbooks.Template;

/**
 * Whether a playbook may act on a resource, and how much that risks.
 *
 * @param blocked why it cannot; empty when it can
 * @param risk the base, raised by rules and by what is not known
 * @param reasons why the risk is what it is
 */
record Assessment(List<String> blocked, Risk risk, Set<String> reasons) {

    static Assessment of(Playbook playbook, AwsResource resource) {
        var blocked = new ArrayList<String>();
        var unknown = new ArrayList<String>();
        for (var precondition : playbook.preconditions()) {
            if (precondition.permission() != null) {
                permission(precondition.permission(), resource.iam(), blocked, unknown);
            } else if (precondition.constraint() != null) {
                constraint(precondition.constraint(), resource, blocked, unknown);
            } else {
                state(precondition, resource, blocked, unknown);
            }
        }
        var risk = playbook.risk().base();
        var reasons = new LinkedHashSet<String>();
        for (var rule : playbook.risk().raise()) {
            if (applies(rule, resource)) {
                reasons.add(rule.reason());
                risk = rule.to() == null ? risk : risk.max(rule.to());
            }
        }
        if (!unknown.isEmpty()) {
            reasons.addAll(unknown);
            risk = Risk.values()[Math.min(risk.ordinal() + 1, Risk.HIGH.ordinal())];
        }
        return new Assessment(withoutRepetition(blocked), risk, reasons);
    }

    private static void permission(String action, IamPermissions iam, List<String> blocked, List<String> unknown) {
        var because = iam.reasons().get(action);
        switch (iam.verdict(action)) {
            case DENIED -> blocked.add("you may not: " + action + " is denied" + (because == null ? "" : " (" + Display.of(because) + ")"));
            case UNKNOWN -> unknown.add("It is not known whether you may " + action + (because != null ? " (" + Display.of(because) + ")"
                    : iam.reason() != null ? " (" + Display.of(iam.reason()) + ")" : ""));
            case ALLOWED -> {
                // nothing to say
            }
        }
    }

    private static void constraint(String name, AwsResource resource, List<String> blocked, List<String> unknown) {
        var verdict = Template.fact("constraints." + name, resource).orElse(null);
        var because = resource.constraints().reasons().get(name);
        if ("false".equals(verdict)) {
            blocked.add(because == null ? "the last scan says " + name + " = false" : Display.of(because));
        } else if (verdict == null) {
            var what = switch (name) {
                case "can_stop" -> "it can be stopped";
                case "can_start" -> "it can be started";
                case "can_delete" -> "it can be deleted";
                default -> name;
            };
            unknown.add("It is not known whether " + what + (because == null ? "" : " (" + Display.of(because) + ")"));
        }
    }

    private static void state(Precondition precondition, AwsResource resource, List<String> blocked, List<String> unknown) {
        if (resource.state() == null) {
            unknown.add("Its state is not known");
        } else if (!precondition.states().contains(resource.state())) {
            blocked.add("state is " + Display.of(resource.state()) + ", and must be " + String.join(" or ", precondition.states()));
        }
    }

    private static boolean applies(Raise rule, AwsResource resource) {
        return rule.when().entrySet().stream().allMatch(condition -> Template.fact(condition.getKey(), resource)
                .filter(value -> matches(condition, value))
                .isPresent());
    }

    private static boolean matches(Map.Entry<String, List<String>> condition, String value) {
        return condition.getValue().stream().anyMatch(wanted -> wanted.equals("*") || wanted.equalsIgnoreCase(value));
    }

    /** A constraint that is false because of a denied action says it again. */
    private static List<String> withoutRepetition(List<String> blocked) {
        return blocked.stream()
                .filter(one -> !one.startsWith("denied: ")
                        || blocked.stream().noneMatch(other -> other.startsWith("you may not: " + one.substring("denied: ".length()))))
                .toList();
    }
}
