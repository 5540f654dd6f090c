package cloudops.iam;

import java.util.List;
import java.util.Map;

import cloudops.aws.CallerIdentity;
import cloudops.model.IamPermissions;

/**
 * Finds what a principal may do to resources: IAM SimulatePrincipalPolicy where the principal may call it, else an evaluation of its
 * identity policies on this machine, else UNKNOWN with the reason. Answers are cached. Thread-safe.
 */
public interface PermissionDiscovery {

    /**
     * @param profile AWS profile whose principal is asked about
     * @param identity who that is
     * @param actions IAM actions, such as {@code rds:StopDBInstance}; asked about for every ARN
     * @param resourceArns resources; any number
     * @return a value for each ARN; never null, failures are UNKNOWN with their reason
     * @throws InterruptedException when interrupted
     */
    Map<String, IamPermissions> discover(String profile, CallerIdentity identity, List<String> actions, List<String> resourceArns)
            throws InterruptedException;

    /** Forgets what is cached about {@code profile}; the next question is asked anew. */
    void forget(String profile);
}
