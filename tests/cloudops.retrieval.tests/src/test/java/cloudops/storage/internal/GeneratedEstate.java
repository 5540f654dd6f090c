package cloudops.storage.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import cloudops.model.AwsResource;
import cloudops.storage.EmbeddingText;

/**
 * The estate of a company whose teams each have a way of their own to name and to tag things, as they do. It knows nothing of how search
 * works.
 */
final class GeneratedEstate {

    static final int LEAST = 5_000;

    /** What the company runs, and in which other words people speak of it. */
    enum App {
        BILLING("billing", "invoices"), CHECKOUT("checkout", "shopping cart"), IDENTITY("identity", "user login"),
        PAYMENTS("payments", "credit cards"), CATALOG("catalog", "product list"), SHIPPING("shipping", "parcel delivery"),
        INVENTORY("inventory", "stock in the warehouse"), MAILER("mailer", "sending emails"), THUMBS("thumbnails", "image resizing"),
        SUGGEST("recommendations", "product suggestions"), ANALYTICS("analytics", "statistics"), CALENDAR("calendar", "appointments"),
        PAYROLL("payroll", "salaries"), CRM("crm", "customer relations"), I18N("translations", "foreign languages"),
        FRAUD("fraud", "scam detection"), WEATHER("weather", "forecast"), VIDEO("video", "movie streaming"), MAPS("maps", "geography"),
        ADS("ads", "advertising"), FORUM("forum", "discussion board"), SURVEY("survey", "questionnaires"), SEARCH("search", "finding things"),
        ORDERS("orders", "purchases"), REPORTS("reports", "monthly summaries"), LEDGER("ledger", "bookkeeping"),
        WIKI("wiki", "documentation pages"), BOOKING("booking", "reservations"), TELEMETRY("telemetry", "sensor measurements"),
        COUPONS("coupons", "discounts");

        final String word;
        final String otherWords;

        App(String word, String otherWords) {
            this.word = word;
            this.otherWords = otherWords;
        }
    }

    enum Stage {
        PRODUCTION(List.of("prod", "prd", "production", "live"), List.of("production", "prod", "live")),
        STAGING(List.of("staging", "stg", "stage"), List.of("staging", "stage")),
        DEVELOPMENT(List.of("dev", "devel", "development"), List.of("development", "dev")),
        QA(List.of("qa", "test"), List.of("qa", "test"));

        /** In names and tags; in questions. */
        final List<String> spellings;
        final List<String> said;

        Stage(List<String> spellings, List<String> said) {
            this.spellings = spellings;
            this.said = said;
        }
    }

    /** Kinds of resource, the label that a scanner gives them, and what people call them. */
    enum Kind {
        SERVER("ec2_instance", "EC2 instance", List.of("api", "web", "worker", "batch"), List.of("servers", "virtual machines", "ec2 instances", "vms")),
        DATABASE("rds_instance", "RDS database instance", List.of("db", "main", "replica"), List.of("databases", "db", "rds", "database instances")),
        BUCKET("s3_bucket", "S3 bucket", List.of("logs", "backups", "assets", "uploads", "exports"), List.of("buckets", "s3 buckets", "object storage")),
        DISK("ec2_volume", "EBS volume", List.of("data", "scratch"), List.of("disks", "ebs volumes", "volumes")),
        FUNCTION("lambda_function", "Lambda function", List.of("notify", "import", "cleanup", "hook"), List.of("lambdas", "functions", "lambda functions")),
        QUEUE("sqs_queue", "SQS queue", List.of("jobs", "events", "dlq"), List.of("queues", "message queues", "sqs")),
        CACHE("elasticache_cluster", "ElastiCache cluster", List.of("cache", "sessions"), List.of("caches", "elasticache")),
        TABLE("dynamodb_table", "DynamoDB table", List.of("state", "locks", "items"), List.of("dynamodb tables", "nosql tables")),
        BALANCER("elb_load_balancer", "Elastic load balancer", List.of("lb", "gateway"), List.of("load balancers", "elb"));

        final String type;
        final String label;
        final List<String> roles;
        final List<String> said;

        Kind(String type, String label, List<String> roles, List<String> said) {
            this.type = type;
            this.label = label;
            this.roles = roles;
            this.said = said;
        }
    }

    /** @param city as people say it */
    record Region(String id, String shortId, String city) {
    }

    static final List<Region> REGIONS = List.of(new Region("eu-central-1", "euc1", "frankfurt"), new Region("us-east-1", "use1", "virginia"),
            new Region("eu-west-1", "euw1", "ireland"), new Region("ap-southeast-2", "apse2", "sydney"),
            new Region("ap-northeast-1", "apne1", "tokyo"), new Region("us-west-2", "usw2", "oregon"));

    static final List<String> OWNERS = List.of("marta.kovacs", "j.lindqvist", "wei.zhang", "priya", "tom.baker", "amelie.roche", "s.okafor",
            "diego.santos", "hana.suzuki", "olga.petrova", "liam.murphy", "noor.haddad");

    private static final List<String> ENGINES = List.of("postgres", "mysql", "mariadb", "sqlserver-se", "oracle-ee");

    /** What was generated, and what its maker knows of it beyond the record. */
    record Made(AwsResource resource, App app, Stage stage, Kind kind, Region region, String engine) {

        String text() {
            return EmbeddingText.of(resource, kind.label);
        }
    }

    /** How one team does things. */
    private record Habits(int naming, String production, String staging, String development, String qa, int tagging, String account,
            String accountName, String owner, String costCenter, Region home) {

        String spelled(Stage stage) {
            return switch (stage) {
                case PRODUCTION -> production;
                case STAGING -> staging;
                case DEVELOPMENT -> development;
                case QA -> qa;
            };
        }
    }

    final List<Made> all = new ArrayList<>();

    private final Random random;

    GeneratedEstate(long seed) {
        random = new Random(seed);
        var habits = new LinkedHashMap<App, Habits>();
        for (var app : App.values()) {
            habits.put(app, habits());
        }
        // the company grows until it is large enough
        for (int round = 1; all.size() < LEAST; round++) {
            for (var app : App.values()) {
                for (var stage : Stage.values()) {
                    for (var kind : Kind.values()) {
                        if (random.nextInt(100) < 55) {
                            add(app, stage, kind, habits.get(app), round);
                        }
                    }
                }
            }
        }
    }

    List<Made> where(Predicate<Made> is) {
        return all.stream().filter(is).toList();
    }

    private Habits habits() {
        int account = random.nextInt(4);
        return new Habits(random.nextInt(6), any(Stage.PRODUCTION.spellings), any(Stage.STAGING.spellings), any(Stage.DEVELOPMENT.spellings),
                any(Stage.QA.spellings), random.nextInt(4), "%012d".formatted(210_000_000_000L + 7_919L * account),
                List.of("core", "shop", "data", "sandbox").get(account), any(OWNERS), "cc-" + (4000 + random.nextInt(60)), any(REGIONS));
    }

    private void add(App app, Stage stage, Kind kind, Habits habits, int round) {
        var role = any(kind.roles);
        var region = random.nextInt(3) > 0 ? habits.home : any(REGIONS);
        int siblings = kind == Kind.SERVER || kind == Kind.DISK ? 1 + random.nextInt(3) : random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 1; i <= siblings; i++) {
            var name = name(habits, app, role, stage, region, (round - 1) * 3 + i);
            var unnamed = kind == Kind.DISK && random.nextInt(2) == 0;
            var engine = kind == Kind.DATABASE ? any(ENGINES) : kind == Kind.CACHE ? any(List.of("redis", "memcached")) : null;
            all.add(new Made(resource(kind, unnamed ? null : name, app, stage, habits, region, engine), app, stage, kind, region, engine));
        }
    }

    private static String name(Habits habits, App app, String role, Stage stage, Region region, int number) {
        var env = habits.spelled(stage);
        return switch (habits.naming) {
            case 0 -> app.word + "-" + role + "-" + env + "-" + number;
            case 1 -> env + "-" + app.word + "-" + role + "%02d".formatted(number);
            case 2 -> capital(app.word) + capital(role) + capital(env) + number;
            case 3 -> app.word + "_" + role + "_" + env + "_" + number;
            case 4 -> "acme-" + env + "-" + region.shortId + "-" + app.word + "-" + role + "-" + (char) ('a' + number % 26);
            default -> app.word + "." + env + "." + role + number;
        };
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private AwsResource resource(Kind kind, String name, App app, Stage stage, Habits habits, Region region, String engine) {
        var service = kind.type.substring(0, kind.type.indexOf('_'));
        var id = switch (kind) {
            case SERVER -> "i-0" + hex(16);
            case DISK -> "vol-0" + hex(16);
            default -> name;
        };
        var tags = new LinkedHashMap<String, String>();
        if (name != null && (kind == Kind.SERVER || kind == Kind.DISK)) {
            tags.put("Name", name);
        }
        switch (habits.tagging) {
            case 0 -> {
                tags.put("environment", habits.spelled(stage));
                tags.put("team", app.word);
                tags.put("owner", habits.owner);
            }
            case 1 -> {
                tags.put("Environment", capital(habits.spelled(stage)));
                tags.put("Application", app.word);
                tags.put("CostCenter", habits.costCenter);
            }
            case 2 -> {
                tags.put("env", habits.spelled(stage));
                tags.put("service", app.word);
                tags.put("cost-center", habits.costCenter);
                tags.put("contact", habits.owner);
            }
            default -> tags.put("Owner", habits.owner);
        }
        Map<String, Object> metadata = switch (kind) {
            case SERVER -> Map.of("instance_type", any(List.of("t3.micro", "m6i.large", "c7g.xlarge")));
            case DISK -> Map.of("volume_type", any(List.of("gp3", "io2")));
            case DATABASE, CACHE -> Map.of("engine", engine);
            case FUNCTION -> Map.of("runtime", any(List.of("python3.13", "java21", "nodejs22.x")));
            default -> Map.of();
        };
        var state = switch (kind) {
            case SERVER -> random.nextInt(5) == 0 ? "stopped" : "running";
            case DATABASE, CACHE -> "available";
            case DISK -> "in-use";
            default -> null;
        };
        return new AwsResource(kind.type, id, habits.account, habits.accountName, region.id, service,
                "arn:aws:" + service + ":" + region.id + ":" + habits.account + ":" + kind.name().toLowerCase(Locale.ROOT) + "/" + id, name, state,
                tags, Instant.parse("2026-01-01T10:30:00Z"), null, null, metadata);
    }

    private String hex(int digits) {
        return String.join("", IntStream.range(0, digits).mapToObj(i -> Integer.toHexString(random.nextInt(16))).toList());
    }

    private <T> T any(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }
}
