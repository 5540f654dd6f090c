package cloudops.scanner.internal;

import java.util.Collection;
import java.util.Map;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;

/** Asks what the scanning user may do to the resources of one type in one account. */
record Permissions(Run run, Account account, Selection.Target target, ScopeTally tally) {

    /** By ARN; a value for each. Those that are not known make the scope partial. */
    Map<String, IamPermissions> of(Collection<AwsResource> resources) throws InterruptedException {
        var arns = resources.stream().map(AwsResource::arn).distinct().toList();
        run.iam().acquire();
        try {
            var found = run.services().permissions().discover(account.profile(), account.identity(),
                    target.scanner().actions(target.type().name()), arns);
            var unknown = found.values().stream().filter(each -> each.source() == PermissionSource.UNKNOWN).toList();
            unknown.stream().findFirst().ifPresent(each -> tally.permissionsLost("permissions are not known: " + each.reason()));
            tally.permissions(found.size(), found.size() - unknown.size());
            return found;
        } finally {
            run.iam().release();
        }
    }
}
