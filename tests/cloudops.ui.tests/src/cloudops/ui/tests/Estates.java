package cloudops.ui.tests;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.model.UserContext;

/** Estates to look at. */
final class Estates {

    static final String PRODUCTION = "123456789012";
    static final String STAGING = "210987654321";
    /** Names as an enemy would choose them. */
    static final List<String> HOSTILE = List.of("rm -rf $(whoami) && echo 'x' \"y\"", "two\nlines\tand a tab", "abc\u202Egnp.exe",
            "שרת-ייצור", "emoji-🚀-db", "A&B &copy", "x".repeat(5_000));

    private static final List<String> REGIONS = List.of("eu-central-1", "us-east-1", "us-west-2");
    private static final List<String> ROLES = List.of("web", "api", "worker", "cache", "search", "billing", "auth", "batch");
    private static final Instant SEEN = Instant.parse("2026-01-05T10:30:00Z");

    private Estates() {
    }

    /** About three hundred resources in two accounts. */
    static List<AwsResource> realistic() {
        var estate = new ArrayList<AwsResource>();
        for (var account : List.of(PRODUCTION, STAGING)) {
            for (var region : REGIONS) {
                for (var i = 0; i < 24; i++) {
                    var name = ROLES.get(i % ROLES.size()) + "-" + (account.equals(PRODUCTION) ? "prod" : "stg") + "-%02d".formatted(i + 1);
                    estate.add(resource("ec2_instance", "i-%017x".formatted(0x9e3779b97f4aL * (estate.size() + 3)), account, region, name,
                            i % 7 == 3 ? "stopped" : i % 11 == 5 ? "pending" : "running"));
                    estate.add(resource("ec2_volume", "vol-%017x".formatted(0xc2b2ae3d27dL * (estate.size() + 5)), account, region,
                            name + "-data", "in-use"));
                }
                estate.add(resource("s3_bucket", "logs-" + account + "-" + region, account, region, "logs-" + account + "-" + region, null));
            }
        }
        estate.add(postgres("pg-instance-main1", "available"));
        estate.add(postgres("pg-instance-main2", "available"));
        estate.add(postgres("pg-reporting", "stopped"));
        estate.add(resource("ec2_instance", "i-0a1b2c3d4e5f60718", PRODUCTION, "us-west-2", "pg-backup-server", "running"));
        estate.add(resource("s3_bucket", "pg-backups-bucket", PRODUCTION, "us-west-2", "pg-backups-bucket", null));
        for (var i = 0; i < HOSTILE.size(); i++) {
            estate.add(resource("ec2_instance", "i-hostile%d".formatted(i), STAGING, "eu-central-1", HOSTILE.get(i), "running"));
        }
        return estate;
    }

    /** Many resources in one place. */
    static List<AwsResource> large(int size) {
        var estate = new ArrayList<AwsResource>(size);
        for (var i = 0; i < size; i++) {
            estate.add(resource("ec2_instance", "i-%08d".formatted(i), PRODUCTION, "us-east-1", "node-%05d".formatted(i), "running"));
        }
        return estate;
    }

    static AwsResource postgres(String name, String state) {
        var running = "available".equals(state);
        var user = new UserContext("john.doe", "arn:aws:iam::" + PRODUCTION + ":role/DeveloperRole", null);
        var iam = new IamPermissions(List.of("rds:StartDBInstance", "rds:StopDBInstance", "rds:CreateDBSnapshot"),
                List.of("rds:DeleteDBInstance"), List.of("rds:ModifyDBInstance"), user, PermissionSource.EVALUATED,
                "a condition of the policy cannot be evaluated here",
                Map.of("rds:DeleteDBInstance", "explicit deny in policy ProtectDatabases", "rds:StopDBInstance", "allowed by policy Operators"));
        var constraints = new ResourceConstraints(running, !running, false, true, null, Map.of("multi_az", true, "has_read_replicas", false),
                Map.of(running ? "can_start" : "can_stop", "state is " + state, "can_delete", "denied: rds:DeleteDBInstance",
                        "has_dependencies", "not examined"));
        var tags = new LinkedHashMap<String, String>();
        tags.put("Name", name);
        tags.put("environment", "production");
        tags.put("team", "payments & billing");
        return new AwsResource("rds_instance", name, PRODUCTION, "production", "us-west-2", "rds",
                "arn:aws:rds:us-west-2:" + PRODUCTION + ":db:" + name, name, state, tags, SEEN, iam, constraints,
                Map.of("engine", "postgres", "engine_version", "14.7", "instance_class", "db.r6g.xlarge"));
    }

    static AwsResource resource(String type, String id, String account, String region, String name, String state) {
        var service = type.substring(0, type.indexOf('_'));
        return new AwsResource(type, id, account, account.equals(PRODUCTION) ? "production" : "staging", region, service,
                "arn:aws:" + service + ":" + region + ":" + account + ":" + type.substring(service.length() + 1) + "/" + id, name, state,
                Map.of("Name", name, "environment", account.equals(PRODUCTION) ? "production" : "staging"), SEEN, null, null, Map.of());
    }
}
