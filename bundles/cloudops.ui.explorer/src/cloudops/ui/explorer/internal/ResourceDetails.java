package cloudops.ui.explorer.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.ui.Times;
import cloudops.ui.Tone;

/**
 * A resource as groups of facts. Text is raw: not yet safe to show.
 *
 * @param resource what it is about
 */
record ResourceDetails(AwsResource resource, List<Group> groups) {

    /** @param remark about all of the group; empty for none */
    record Group(String title, String remark, List<Fact> facts) {
    }

    /** @param why the reason for the value; empty when none is known or needed */
    record Fact(String label, String value, Tone tone, String why) {
        static Fact plain(String label, String value) {
            return new Fact(label, value == null ? "" : value, Tone.PLAIN, "");
        }
    }

    static ResourceDetails of(AwsResource resource) {
        return new ResourceDetails(resource,
                List.of(constraints(resource.constraints()), permissions(resource.iam()), tags(resource), identity(resource),
                        metadata(resource)));
    }

    /** {@code RDS instance in us-west-2, account production (123456789012)}. */
    String kind() {
        var account = resource.accountName().equals(resource.accountId()) ? resource.accountId()
                : resource.accountName() + " (" + resource.accountId() + ")";
        return TypeNames.type(resource.resourceType()) + " in " + resource.region() + ", account " + account;
    }

    private static Group constraints(ResourceConstraints constraints) {
        var facts = new ArrayList<Fact>();
        facts.add(verdict("Can be stopped", constraints.canStop(), constraints, "can_stop"));
        facts.add(verdict("Can be started", constraints.canStart(), constraints, "can_start"));
        facts.add(verdict("Can be deleted", constraints.canDelete(), constraints, "can_delete"));
        facts.add(state("Has backups", constraints.hasBackups(), constraints, "has_backups"));
        facts.add(state("Others depend on it", constraints.hasDependencies(), constraints, "has_dependencies"));
        constraints.customConstraints().forEach((name, value) -> facts.add(Fact.plain(words(name), text(value))));
        return new Group("What it allows now", "", facts);
    }

    private static Fact verdict(String label, Boolean verdict, ResourceConstraints constraints, String key) {
        var tone = verdict == null ? Tone.PLAIN : verdict ? Tone.GOOD : Tone.BAD;
        return new Fact(label, yesOrNo(verdict), tone, constraints.reasons().getOrDefault(key, ""));
    }

    /** A fact that is neither good nor bad. */
    private static Fact state(String label, Boolean value, ResourceConstraints constraints, String key) {
        return new Fact(label, yesOrNo(value), Tone.PLAIN, constraints.reasons().getOrDefault(key, ""));
    }

    private static String yesOrNo(Boolean value) {
        return value == null ? "not known" : value ? "yes" : "no";
    }

    private static Group permissions(IamPermissions iam) {
        var facts = new ArrayList<Fact>();
        iam.allowedActions().forEach(action -> facts.add(permission(iam, action, "allowed", Tone.GOOD)));
        iam.deniedActions().forEach(action -> facts.add(permission(iam, action, "denied", Tone.BAD)));
        iam.unknownActions().forEach(action -> facts.add(permission(iam, action, "not known", Tone.PLAIN)));
        return new Group("Permissions", remark(iam), facts);
    }

    private static Fact permission(IamPermissions iam, String action, String verdict, Tone tone) {
        var why = iam.reasons().getOrDefault(action, tone == Tone.PLAIN && iam.reason() != null ? iam.reason() : "");
        return new Fact(action, verdict, tone, why);
    }

    private static String remark(IamPermissions iam) {
        var who = iam.userContext() == null ? "" : " for " + iam.userContext().username();
        return switch (iam.source()) {
            case SIMULATED -> "as AWS answers" + who;
            case EVALUATED -> "evaluated on this machine" + who;
            case UNKNOWN -> "not known" + (iam.reason() == null ? "" : ": " + iam.reason());
        };
    }

    private static Group tags(AwsResource resource) {
        return new Group("Tags", resource.tags().isEmpty() ? "none" : "",
                resource.tags().entrySet().stream().map(tag -> Fact.plain(tag.getKey(), tag.getValue())).toList());
    }

    private static Group identity(AwsResource resource) {
        return new Group("Identity", "", List.of(Fact.plain("ARN", resource.arn()), Fact.plain("ID", resource.identifier()),
                Fact.plain("Type", resource.resourceType()), Fact.plain("Last seen", Times.when(resource.lastSynced()))));
    }

    private static Group metadata(AwsResource resource) {
        return new Group("Metadata", resource.metadata().isEmpty() ? "none" : "",
                resource.metadata().entrySet().stream().map(entry -> Fact.plain(words(entry.getKey()), text(entry.getValue()))).toList());
    }

    /** {@code Multi az} for {@code multi_az}. */
    private static String words(String name) {
        var words = name.replace('_', ' ');
        return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** A JSON value on one line. */
    private static String text(Object value) {
        return switch (value) {
            case null -> "";
            case Boolean flag -> yesOrNo(flag);
            case Map<?, ?> map -> map.entrySet().stream().map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                    .collect(Collectors.joining(", "));
            case Collection<?> list -> list.stream().map(ResourceDetails::text).collect(Collectors.joining(", "));
            default -> value.toString();
        };
    }
}
