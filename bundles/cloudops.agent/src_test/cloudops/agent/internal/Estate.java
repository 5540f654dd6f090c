package cloudops.agent.internal;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.model.UserContext;

/** Resources as a scan would store them, and requests that name them. */
final class Estate {

    static final String PRODUCTION = "123456789012";
    static final String STAGING = "210987654321";

    private static final IamPermissions ALLOWED = new IamPermissions(List.of("ec2:StartInstances", "ec2:StopInstances",
            "ec2:RebootInstances", "ec2:TerminateInstances", "ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:CreateImage", "ec2:CreateTags",
            "rds:StartDBInstance", "rds:StopDBInstance", "rds:RebootDBInstance", "rds:CreateDBSnapshot", "rds:AddTagsToResource",
            "s3:PutBucketVersioning", "s3:PutBucketPublicAccessBlock"), List.of("rds:DeleteDBInstance"), List.of(),
            new UserContext("john", null, null), PermissionSource.EVALUATED, null,
            Map.of("rds:DeleteDBInstance", "explicit deny in policy NoDelete"));

    static final AwsResource MAIN1 = database("pg-instance-main1", PRODUCTION, "available");
    static final AwsResource MAIN2 = database("pg-instance-main2", PRODUCTION, "available");
    static final AwsResource WEB1 = server("web-1", "i-0aaaaaaaaaaaaaaa1", "running");
    static final AwsResource WEB2 = server("web-2", "i-0aaaaaaaaaaaaaaa2", "stopped");
    static final AwsResource BUCKET = resource("s3_bucket", "pg-backups-bucket", "pg-backups-bucket", PRODUCTION, "s3",
            "arn:aws:s3:::pg-backups-bucket", null, Map.of(), ResourceConstraints.UNKNOWN);
    static final AwsResource DISK = resource("ec2_volume", "vol-0bbbbbbbbbbbbbbb1", "data-disk", PRODUCTION, "ec2",
            "arn:aws:ec2:eu-west-1:" + PRODUCTION + ":volume/vol-0bbbbbbbbbbbbbbb1", "in-use", Map.of(), ResourceConstraints.UNKNOWN);

    private Estate() {
    }

    static AwsResource database(String name, String account, String state) {
        return resource("rds_instance", name, name, account, "rds", "arn:aws:rds:eu-west-1:" + account + ":db:" + name, state,
                Map.of("environment", "production"), verdicts(state, "available", Map.of("multi_az", true)));
    }

    static AwsResource server(String name, String id, String state) {
        return resource("ec2_instance", id, name, PRODUCTION, "ec2", "arn:aws:ec2:eu-west-1:" + PRODUCTION + ":instance/" + id, state,
                Map.of(), verdicts(state, "running", Map.of()));
    }

    static AwsResource resource(String type, String id, String name, String account, String service, String arn, String state,
            Map<String, String> tags, ResourceConstraints constraints) {
        return new AwsResource(type, id, account, account.equals(PRODUCTION) ? "production" : "staging", "eu-west-1", service, arn, name,
                state, tags, Instant.parse("2026-01-01T10:30:00Z"), ALLOWED, constraints, Map.of("engine", "postgres"));
    }

    private static ResourceConstraints verdicts(String state, String up, Map<String, Object> more) {
        var running = state.equals(up);
        return new ResourceConstraints(running, !running, true, null, null, more,
                Map.of(running ? "can_start" : "can_stop", "state is " + state));
    }

    static IdentifiedResource exact(AwsResource resource) {
        return new IdentifiedResource(resource, new Match(1, "exact_name"));
    }

    static IdentifiedResource words(AwsResource resource, double score) {
        return new IdentifiedResource(resource, new Match(score, "words"));
    }

    static EnrichedRequest request(String prompt, IdentifiedResource... resources) {
        return new EnrichedRequest("r-1", prompt, Arrays.asList(resources), List.of(), null);
    }
}
