package cloudops.demo.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the sample estate consists of: a shop's two accounts in three regions.
 *
 * @param account whose
 * @param instances EC2 instances, each with a root volume
 * @param volumes data volumes
 * @param databases RDS instances
 * @param buckets S3 buckets
 */
record EstatePlan(Account account, List<Instance> instances, List<Volume> volumes, List<Database> databases, List<Bucket> buckets) {

    static final List<String> REGIONS = List.of("us-east-1", "us-west-2", "eu-west-1");
    static final List<Account> ACCOUNTS = List.of(new Account("123456789012", "production", "production"),
            new Account("210987654321", "staging", "staging"));

    /** @param profile name of its AWS profile @param env value of the {@code env} tag */
    record Account(String id, String profile, String env) {
    }

    record Instance(String region, String type, boolean stopped, Map<String, String> tags) {
    }

    record Volume(String region, int gib, Map<String, String> tags) {
    }

    record Database(String region, String identifier, String engine, String engineVersion, String instanceClass, boolean multiAz,
            Map<String, String> tags) {
    }

    record Bucket(String region, String name, Map<String, String> tags) {
    }

    /** A part of the shop: what it is called, who runs it, on what. */
    private record App(String name, String team, String type, int servers) {
    }

    private static final List<App> APPS = List.of(
            new App("web", "storefront", "t3.medium", 6),
            new App("api", "storefront", "c6i.large", 5),
            new App("checkout", "payments", "c6i.large", 2),
            new App("billing", "payments", "m6i.large", 2),
            new App("search", "discovery", "r6i.large", 3),
            new App("recommendations", "discovery", "c6i.xlarge", 2),
            new App("auth", "identity", "t3.small", 2),
            new App("worker", "platform", "m6i.large", 4));

    private static final List<String> BUCKETS = List.of("assets", "invoices", "access-logs", "exports", "search-index", "media", "terraform-state",
            "deployments");

    static EstatePlan of(Account account) {
        var instances = new ArrayList<Instance>();
        var volumes = new ArrayList<Volume>();
        var databases = new ArrayList<Database>();
        var buckets = new ArrayList<Bucket>();
        boolean production = account.env().equals("production");
        for (var region : REGIONS) {
            for (var app : APPS) {
                int servers = production ? app.servers() : (app.servers() + 1) / 2;
                for (int n = 1; n <= servers; n++) {
                    boolean stopped = !production && n == 2;
                    instances.add(new Instance(region, app.type(), stopped,
                            tags(app.name() + "-server-" + n, account.env(), app.name(), app.team())));
                }
                volumes.add(new Volume(region, 100, tags(app.name() + "-data", account.env(), app.name(), app.team())));
            }
            instances.add(new Instance(region, "t3.micro", false, tags("bastion", account.env(), "bastion", "platform")));
            addDatabases(databases, region, account.env(), production);
        }
        for (int i = 0; i < BUCKETS.size(); i++) {
            var kind = BUCKETS.get(i);
            var region = REGIONS.get(i % REGIONS.size());
            buckets.add(new Bucket(region, "shop-" + account.env() + "-" + kind, tags("shop-" + kind, account.env(), kind, "platform")));
        }
        if (production) {
            addPostgres(instances, databases, buckets);
        }
        return new EstatePlan(account, instances, volumes, databases, buckets);
    }

    private static void addDatabases(List<Database> databases, String region, String env, boolean production) {
        databases.add(new Database(region, "orders-mysql-" + region, "mysql", "8.0.36", "db.m6g.large", production,
                tags("orders-mysql", env, "orders", "payments")));
        databases.add(new Database(region, "catalog-mariadb-" + region, "mariadb", "10.6.16", "db.t3.medium", false,
                tags("catalog-mariadb", env, "catalog", "discovery")));
        databases.add(new Database(region, "users-postgres-" + region, "postgres", "15.4", "db.r6g.large", production,
                tags("users-postgres", env, "users", "identity")));
    }

    /** The resources that the walk-through of the demonstration is about. */
    private static void addPostgres(List<Instance> instances, List<Database> databases, List<Bucket> buckets) {
        var home = "us-west-2";
        databases.add(new Database(home, "pg-instance-main1", "postgres", "14.7", "db.r6g.xlarge", true,
                tags("pg-instance-main1", "production", "main", "data")));
        databases.add(new Database(home, "pg-instance-main2", "postgres", "14.7", "db.r6g.xlarge", true,
                tags("pg-instance-main2", "production", "main", "data")));
        databases.add(new Database("eu-west-1", "pg-reporting", "postgres", "15.4", "db.m6g.large", false,
                tags("pg-reporting", "production", "reporting", "data")));
        instances.add(new Instance(home, "t3.large", false, tags("pg-backup-server", "production", "backup", "data")));
        buckets.add(new Bucket(home, "pg-backups-bucket", tags("pg-backups-bucket", "production", "backup", "data")));
    }

    private static Map<String, String> tags(String name, String env, String app, String team) {
        var tags = new LinkedHashMap<String, String>();
        tags.put("Name", name);
        tags.put("env", env);
        tags.put("app", app);
        tags.put("team", team);
        tags.put("cost-center", "cc-" + team + "-" + Integer.toHexString((app + team).hashCode()));
        return tags;
    }
}
