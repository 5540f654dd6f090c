package cloudops.scanner.internal;

import java.util.Collection;
import java.util.Map;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;

/** Asks what the scanning user may do to the resources of one type in one account. */
record Permissions(Run run, Account account, Selection.Target target) {

    /** By ARN; a value for each. */
    Map<String, IamPermissions> of(Collection<AwsResource> resources) throws InterruptedException {
        var arns = resources.stream().map(AwsResource::arn).distinct().toList();
        run.iam().acquire();
        try {
            return run.services().permissions().discover(account.profile(), account.identity(), target.scanner().actions(target.type().name()),
                    arns);
        } finally {
            run.iam().release();
        }
    }
}
