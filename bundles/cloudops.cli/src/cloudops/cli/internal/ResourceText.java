package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.List;

import cloudops.model.AwsResource;
import cloudops.model.DisplayText;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;

/** A resource for people. */
final class ResourceText {

    private ResourceText() {
    }

    static void print(AwsResource r, PrintStream out) {
        out.println(DisplayText.line(r.name()) + "  (" + r.resourceType() + ", " + (r.state() == null ? "-" : DisplayText.line(r.state())) + ")");
        line(out, "account", r.accountName() + " " + r.accountId());
        line(out, "region", r.region());
        line(out, "id", r.identifier());
        line(out, "arn", r.arn());
        r.tags().forEach((key, value) -> line(out, "tag", key + "=" + value));
        r.metadata().forEach((key, value) -> line(out, key, String.valueOf(value)));
        line(out, "last synced", r.lastSynced().toString());
        permissions(r.iam(), out);
        constraints(r.constraints(), out);
    }

    static void permissions(IamPermissions iam, PrintStream out) {
        out.println("permissions" + (iam.userContext() == null ? "" : " of " + DisplayText.line(iam.userContext().username())) + " ("
                + iam.source().name().toLowerCase(java.util.Locale.ROOT) + (iam.reason() == null ? "" : ": " + DisplayText.line(iam.reason())) + ")");
        actions(out, "allowed", iam.allowedActions(), iam);
        actions(out, "denied", iam.deniedActions(), iam);
        actions(out, "unknown", iam.unknownActions(), iam);
    }

    private static void actions(PrintStream out, String verdict, List<String> actions, IamPermissions iam) {
        for (var action : actions) {
            var reason = iam.reasons().get(action);
            line(out, verdict, action + (reason == null ? "" : "  (" + reason + ")"));
        }
    }

    private static void constraints(ResourceConstraints c, PrintStream out) {
        out.println("constraints");
        verdict(out, "can_stop", c.canStop(), c);
        verdict(out, "can_start", c.canStart(), c);
        verdict(out, "can_delete", c.canDelete(), c);
        verdict(out, "has_backups", c.hasBackups(), c);
        verdict(out, "has_dependencies", c.hasDependencies(), c);
        c.customConstraints().forEach((name, value) -> line(out, name, String.valueOf(value)));
    }

    private static void verdict(PrintStream out, String name, Boolean verdict, ResourceConstraints c) {
        var reason = c.reasons().get(name);
        line(out, name, (verdict == null ? "unknown" : verdict ? "yes" : "no") + (reason == null ? "" : "  (" + reason + ")"));
    }

    private static void line(PrintStream out, String name, String value) {
        out.printf("  %-19s %s%n", DisplayText.line(name), DisplayText.line(value));
    }
}
