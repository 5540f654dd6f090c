package cloudops.product;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.proxy.Fault;
import cloudops.aws.proxy.FaultProxy;
import cloudops.demo.DemoSession;
import cloudops.product.Product.Run;
import cloudops.vectorstore.qdrant.standin.QdrantDouble;
import cloudops.vectorstore.qdrant.standin.StoredCollection.Stored;
import io.qdrant.client.grpc.JsonWithInt.Value;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Tag;

/** A user's everyday commands, each a process of its own, on one home that was scanned from the sample estate. */
class EstateTest {

    @TempDir
    static Path folder;

    private static DemoSession demo;
    private static Product product;
    private static Run scan;

    @BeforeAll
    static void scanOnce() throws Exception {
        demo = DemoSession.start(0, false, line -> {
        });
        product = user(folder.resolve("shared"));
        scan = product.run("scan", "--json", "--endpoint-url", endpoint(), "--profile", "production,staging", "--region",
                "us-east-1,us-west-2,eu-west-1", "--cleanup-stale");
    }

    @AfterAll
    static void stop() throws Exception {
        demo.close();
    }

    @Test
    void scansEverythingThereIs() {
        assertThat(scan.exit()).as(scan.err()).isZero();
        assertThat(JsonSchemas.violations("scan-result", scan.json())).isEmpty();
        // and the default networks that every region of an account has
        assertThat(scan.json().path("discovered").asInt()).isGreaterThan(demo.summary().total());
        assertThat(scan.json().at("/by_service/ec2").asInt())
                .isEqualTo(demo.summary().resources().get("ec2_instance") + demo.summary().resources().get("ec2_volume"));
    }

    @Test
    void anUnchangedEstateIsNotWrittenAgain() throws Exception {
        var again = product.run("scan", "--json", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-east-1", "--service", "rds");
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.json().path("upserted").asInt()).isZero();
        assertThat(again.json().path("unchanged").asInt()).isEqualTo(again.json().path("discovered").asInt()).isPositive();
    }

    @Test
    void searchFindsThePartOfANameFirst() throws Exception {
        var run = product.run("search", "pg-main", "--json");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.json().at("/0/resource/name").asText()).isEqualTo("pg-instance-main1");
        assertThat(product.run("search", "pg-main").out().lines().skip(1).findFirst().orElseThrow()).contains("pg-instance-main1");
    }

    @Test
    void searchFindsByMeaning() throws Exception {
        var run = product.run("search", "production", "postgres", "--limit", "5", "--json");
        assertThat(StreamSupport.stream(run.json().spliterator(), false)).anySatisfy(hit -> {
            assertThat(hit.at("/resource/resource_type").asText()).isEqualTo("rds_instance");
            assertThat(hit.at("/resource/metadata/engine").asText()).isEqualTo("postgres");
            assertThat(hit.at("/resource/tags/env").asText()).isEqualTo("production");
        });
    }

    @Test
    void listsAndFilters() throws Exception {
        var databases = product.run("resources", "list", "--type", "rds_instance", "--account", "staging", "--tag", "env=staging", "--json").json();
        assertThat(databases).hasSize(9).allSatisfy(r -> assertThat(r.path("account_name").asText()).isEqualTo("staging"));
        var lines = product.run("resources", "list", "--service", "s3", "--format", "jsonl").out().lines().toList();
        assertThat(lines).hasSize(demo.summary().resources().get("s3_bucket"));
    }

    @Test
    void showsPermissionsAndConstraintsWithReasons() throws Exception {
        var shown = product.run("resources", "show", "pg-instance-main2", "--json").json();
        assertThat(JsonSchemas.violations("aws-resource", shown)).isEmpty();
        assertThat(shown.at("/iam/source").asText()).isEqualTo("evaluated");
        assertThat(shown.at("/constraints/can_stop").asBoolean()).isTrue();
        assertThat(shown.at("/constraints/can_delete").asBoolean(true)).isFalse();
        assertThat(shown.at("/constraints/reasons/can_delete").asText()).contains("rds:DeleteDBInstance");
        for (var nothing : List.of("nothing-of-this-name", "pg-instance-main2 blue", "pg-instance-main1 pg-instance-main2")) {
            assertThat(product.run("resources", "show", nothing).exit()).as(nothing).isEqualTo(1);
        }
    }

    @Test
    void runsNothingWithoutConsentToExactlyThisPlan() throws Exception {
        var plan = ask("Reboot pg-instance-main2", "--dry-run", "--show-request");
        assertThat(plan.exit()).as(plan.err()).isZero();
        assertThat(JsonSchemas.violations("server-response", plan.json())).isEmpty();
        assertThat(JsonSchemas.violations("enriched-request", plan.json().path("request"))).isEmpty();
        var hash = plan.json().path("approval_hash").asText();
        assertThat(plan.json().has("execution")).isFalse();

        var unasked = ask("Reboot pg-instance-main2");
        assertThat(unasked.json().has("execution")).isFalse();
        assertThat(unasked.err()).contains("--approve " + hash);

        var other = ask("Reboot pg-instance-main2", "--approve", "sha256:" + "0".repeat(64));
        assertThat(other.exit()).isEqualTo(4);
        assertThat(other.err()).contains("another plan");

        var readOnly = ask("Reboot pg-instance-main2", "--approve", hash, "--read-only");
        assertThat(readOnly.exit()).isEqualTo(4);

        var run = ask("Reboot pg-instance-main2", "--approve", hash);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.json().at("/execution/succeeded").asBoolean()).isTrue();
    }

    @Test
    void aConversationAndWhatItLedToNameEachOther() throws Exception {
        var plan = ask("Reboot pg-instance-main1", "--dry-run", "--conversation", "new");
        assertThat(plan.exit()).as(plan.err()).isZero();
        var conversation = plan.json().path("conversation").asText();
        var run = ask("Reboot pg-instance-main1", "--conversation", conversation.substring(0, 8), "--approve", plan.json().path("approval_hash").asText());
        assertThat(run.exit()).as(run.err()).isZero();

        var executions = product.run("executions", "list", "--conversation", conversation.substring(0, 6), "--json").json();
        assertThat(executions.findValuesAsText("kind")).containsExactlyInAnyOrder("plan", "aws_cli");
        assertThat(executions).allSatisfy(each -> {
            assertThat(each.at("/metadata/conversation_id").asText()).isEqualTo(conversation);
            assertThat(each.at("/metadata/resources/0/resource_type").asText()).isEqualTo("rds_instance");
            assertThat(each.at("/metadata/resources/0/region").asText()).isEqualTo("us-west-2");
            assertThat(each.at("/metadata/resources/0/account_id").asText()).isEqualTo(each.at("/metadata/account_id").asText());
        });
        var step = StreamSupport.stream(executions.spliterator(), false).filter(each -> each.has("step_id")).findFirst().orElseThrow().path("id").asText();
        assertThat(product.run("executions", "show", step.substring(0, 8)).out()).contains(conversation, "pg-instance-main1 (rds_instance, us-west-2, account ");
        assertThat(product.run("executions", "list", "--resource", "pg-instance-main1", "--format", "csv").out().lines().skip(1)).hasSize(2)
                .anySatisfy(line -> assertThat(line).startsWith(step));
        assertThat(product.run("executions", "list", "--resource", "pg-instance", "--json").json()).isEmpty();
        assertThat(product.run("resources", "show", "pg-instance-main1").out()).contains("executions", "aws rds reboot-db-instance", step.substring(0, 8));
        var shown = product.run("chat", "show", conversation);
        assertThat(shown.out()).contains("The plan ran.", "$ aws rds reboot-db-instance", "completed, exit code 0; execution " + step.substring(0, 8))
                .doesNotContain("It also led to");
        assertThat(product.run("chat", "show", conversation, "--json").json().findPath("ran").at("/0/id").asText()).isEqualTo(step);

        assertThat(product.run("chat", "delete", conversation).exit()).isZero();
        assertThat(product.run("executions", "list", "--conversation", conversation.substring(0, 6), "--json").json()).hasSize(2);
    }

    @Test
    void listsForSpreadsheets() throws Exception {
        var lines = product.run("resources", "list", "--service", "s3", "--format", "csv").out().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("account_id,account_name,region,service,resource_type,identifier,name,state,arn,tags,last_synced");
        assertThat(lines).hasSize(1 + demo.summary().resources().get("s3_bucket"));
        var none = product.run("resources", "list", "--type", "no_such_type");
        assertThat(none.exit()).isZero();
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("No resource is of that kind");
    }

    @Test
    void refusesWhatTheUserMayNotDo() throws Exception {
        var run = ask("Delete the bucket pg-backups-bucket");
        assertThat(run.json().path("response_type").asText()).isNotEqualTo("command");
        assertThat(run.json().has("execution")).isFalse();
    }

    @Test
    void twoProcessesShareAHome() throws Exception {
        var writer = product.start("scan", "--json", "--endpoint-url", endpoint(), "--profile", "production", "--region", "us-west-2");
        var second = product.start("scan", "--json", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-west-2");
        var reader = product.run("search", "pg-main", "--json");
        assertThat(reader.exit()).as(reader.err()).isZero();
        for (var process : new Process[] { writer, second }) {
            var run = Product.await(process);
            assertThat(run.exit()).as(run.err()).isZero();
        }
        var byType = product.run("resources", "list", "--json").json().valueStream()
                .collect(groupingBy(each -> each.path("resource_type").asText(), summingInt(each -> 1)));
        assertThat(byType).containsAllEntriesOf(demo.summary().resources());
    }

    @Test
    void theStoreMovesElsewhereAndServesFromThere() throws Exception {
        var moving = user(folder.resolve("moving"));
        assertThat(moving.run("scan", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-east-1").exit()).isZero();
        var before = moving.run("store", "verify", "--json").json();
        var place = "lucene:" + folder.resolve("another place");
        assertThat(moving.run("store", "migrate", "--to", place, "--read-only").exit()).isEqualTo(4);

        var moved = moving.run("store", "migrate", "--to", place, "--json");

        assertThat(moved.exit()).as(moved.err()).isZero();
        assertThat(moved.json().path("in_use").asBoolean()).isTrue();
        assertThat(moved.json().at("/collections/0/copied").asInt()).isGreaterThanOrEqualTo(before.path("records").asInt()).isPositive();
        assertThat(moving.run("store", "status", "--json").json().path("store").asText()).isEqualTo(place);
        var verified = moving.run("store", "verify", "--json");
        assertThat(verified.exit()).as(verified.err()).isZero();
        assertThat(verified.json().path("records")).isEqualTo(before.path("records"));
        assertThat(folder.resolve("another place/aws_estate")).isDirectory();
        assertThat(moving.run("store", "migrate", "--to", "nonsense:x").exit()).isEqualTo(2);
        var away = moving.run("store", "migrate", "--to", "qdrant://127.0.0.1:1");
        assertThat(away.exit()).isEqualTo(1);
        assertThat(away.err()).contains("No Qdrant server answers at qdrant://127.0.0.1:1").contains("  try: ");
        assertThat(moving.run("store", "status", "--json").json().path("store").asText()).as("still").isEqualTo(place);
    }

    @Test
    void theStoreMovesToAServerServesFromThereAndMovesBack() throws Exception {
        var moving = user(folder.resolve("served"));
        var scanned = new String[] { "scan", "--json", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-east-1" };
        assertThat(moving.run(scanned).exit()).isZero();
        var conversation = moving.run("ask", "--conversation", "new", "--json", "--dry-run", "--endpoint-url", endpoint(), "Which databases are stopped?")
                .json().path("conversation").asText();
        var listed = moving.run("resources", "list", "--json").json();
        var found = names(moving.run("search", "production", "database", "--json").json());
        try (var server = new QdrantDouble()) {
            var moved = moving.run("store", "migrate", "--to", server.address());
            assertThat(moved.exit()).as(moved.err()).isZero();
            assertThat(moved.out()).contains("aws_estate", "chat_history");

            assertThat(moving.run("resources", "list", "--json").json()).isEqualTo(listed);
            assertThat(names(moving.run("search", "production", "database", "--json").json())).isEqualTo(found);
            assertThat(moving.run("chat", "show", conversation, "--json").json()).hasSize(2);
            assertThat(moving.run("chat", "search", "--json", "databases").json().findValuesAsText("conversation")).contains(conversation);
            var again = moving.run(scanned).json();
            assertThat(again.path("upserted").asInt()).isZero();
            assertThat(again.path("unchanged").asInt()).isEqualTo(listed.size());
            var second = moving.run("ask", "--conversation", "new", "--json", "--dry-run", "--endpoint-url", endpoint(), "Stop nothing");
            assertThat(second.exit()).as(second.err()).isZero();
            assertThat(moving.run("chat", "delete", conversation).exit()).isZero();
            var verified = moving.run("store", "verify", "--json");
            assertThat(verified.exit()).as(verified.err()).isZero();
            assertThat(verified.json().at("/collections/0/whole").asInt()).isEqualTo(listed.size());
            assertThat(verified.json().at("/collections/1/whole").asInt()).isEqualTo(2);
            damageOne(server, "aws_estate");
            damageOne(server, "chat_history");
            var damaged = moving.run("store", "verify");
            assertThat(damaged.exit()).isEqualTo(3);
            assertThat(damaged.err()).contains("of aws_estate is damaged", "of chat_history is damaged", "  try: scan again", "  try: restore a backup");
            assertThat(moving.run(scanned).json().path("upserted").asInt()).as("mends it").isEqualTo(1);

            var leftover = moving.run("store", "migrate", "--to", "lucene:");
            assertThat(leftover.exit()).isEqualTo(1);
            assertThat(leftover.err()).contains("2 records that this store has no more", "  try: --replace");
            var back = moving.run("store", "migrate", "--to", "lucene:", "--replace");
            assertThat(back.exit()).as(back.err()).isZero();
        }
        assertThat(moving.run("store", "status", "--json").json().path("store").asText()).isEqualTo("lucene:");
        // what was mended was embedded again, by itself and not among others: far hits of nearly one score may have changed places
        assertThat(names(moving.run("search", "production", "database", "--json").json())).startsWith(found.subList(0, 3).toArray(String[]::new))
                .hasSameSizeAs(found);
        assertThat(moving.run("resources", "list", "--json").json()).hasSize(listed.size());
        assertThat(moving.run("chat", "list", "--json").json().findValuesAsText("id")).hasSize(1).doesNotContain(conversation);
    }

    private static java.util.List<String> names(JsonNode hits) {
        return StreamSupport.stream(hits.spliterator(), false).map(hit -> hit.at("/resource/name").asText()).toList();
    }

    /** As somebody could who runs the server. */
    private static void damageOne(QdrantDouble server, String collection) {
        var points = server.collection(collection).points;
        var whole = points.values().stream().filter(point -> !point.vectors().isEmpty()).findFirst().orElseThrow();
        var payload = new TreeMap<>(whole.payload());
        payload.put("blob", Value.newBuilder().setStringValue("bm90IGEgcmVjb3Jk").build());
        points.put(whole.id(), new Stored(whole.id(), payload, whole.vectors()));
    }

    @Test
    void explainsAnUnknownProfile() throws Exception {
        var run = user(folder.resolve("unknown-profile")).run("scan", "--profile", "prodution", "--region", "us-west-2", "--endpoint-url", endpoint());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out() + run.err()).contains("prodution", "production", "staging");
    }

    @Test
    void explainsMissingCredentials() throws Exception {
        var user = user(folder.resolve("no-credentials"));
        var config = user.userHome.resolve("config");
        Files.writeString(config, "[profile empty]\nregion = us-west-2\n");
        var run = user.with("AWS_CONFIG_FILE", config.toString()).with("AWS_SHARED_CREDENTIALS_FILE", user.userHome.resolve("none").toString())
                .run("scan", "--profile", "empty", "--region", "us-west-2", "--json");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(codes(run.json())).contains("NoCredentials");
    }

    @Test
    void explainsAnEndpointThatIsNotThere() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        var run = user(folder.resolve("no-endpoint")).run("scan", "--profile", "production", "--region", "us-west-2", "--json", "--endpoint-url",
                "http://127.0.0.1:" + port);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(codes(run.json())).contains("Network");
    }

    @Test
    void aServiceThatRefusesLeavesTheOthersAlone() throws Exception {
        try (var refusing = new FaultProxy(demo.environment().endpointUrl().orElseThrow())) {
            refusing.inject(new FaultProxy.Scope(null, null, "rds"), Fault.ACCESS_DENIED);
            var run = user(folder.resolve("access-denied")).run("scan", "--profile", "production", "--region", "us-west-2", "--json",
                    "--endpoint-url", refusing.endpoint().toString());
            assertThat(run.exit()).as(run.err()).isEqualTo(3);
            var error = run.json().at("/errors/0");
            assertThat(codes(run.json())).containsOnly("AccessDenied");
            assertThat(error.path("service").asText()).isEqualTo("rds");
            assertThat(error.path("region").asText()).isEqualTo("us-west-2");
            assertThat(error.path("retryable").asBoolean(true)).isFalse();
            assertThat(run.json().at("/by_service/ec2").asInt()).isPositive();
            assertThat(run.json().at("/by_service/s3").asInt()).isPositive();
            assertThat(run.json().path("scopes")).anySatisfy(scope -> {
                assertThat(scope.path("service").asText()).isEqualTo("rds");
                assertThat(scope.path("status").asText()).isEqualTo("failed");
            });
        }
    }

    @Test
    void explainsACliThatPrintsNoJson() throws Exception {
        var tools = Files.createDirectories(folder.resolve("tools"));
        var aws = tools.resolve("aws");
        Files.writeString(aws, "#!/bin/sh\necho '<html>Please log in to the wireless network</html>'\n");
        aws.toFile().setExecutable(true);
        var run = user(folder.resolve("no-json")).with("PATH", tools + ":" + System.getenv("PATH")).run("scan", "--profile", "production",
                "--region", "us-west-2", "--service", "rds", "--transport", "cli", "--json", "--endpoint-url", endpoint());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(codes(run.json())).contains("Parse");
        assertThat(run.json().at("/errors/0/category").asText()).isEqualTo("parsing");
    }

    @Test
    void survivesNamesThatAreUpToNoGood() throws Exception {
        var name = "x\"y' $(touch /tmp/owned); \u202etxt.exe \u05e9\u05dc\u05d5\u05dd \ud83d\udc18\nsecond line";
        var product = user(folder.resolve("hostile"));
        try (var ec2 = Ec2Client.builder().endpointOverride(demo.environment().endpointUrl().orElseThrow()).region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("simulator", "simulator")))
                .httpClient(UrlConnectionHttpClient.create()).build()) {
            ec2.runInstances(r -> r.imageId("ami-0123456789abcdef0").minCount(1).maxCount(1).tagSpecifications(t -> t.resourceType("instance")
                    .tags(Tag.builder().key("Name").value(name).build())));
            ec2.createVolume(r -> r.availabilityZone("eu-central-1a").size(1));
        }
        var scanned = product.run("scan", "--profile", "production", "--region", "eu-central-1", "--service", "ec2", "--endpoint-url", endpoint());
        assertThat(scanned.exit()).as(scanned.out() + scanned.err()).isZero();

        var listed = product.run("resources", "list", "--type", "ec2_instance", "--json");
        assertThat(listed.json()).hasSize(1);
        assertThat(listed.json().at("/0/name").asText()).isEqualTo(name);
        var shown = product.run("resources", "list");
        assertThat(shown.out()).contains("$(touch /tmp/owned)").doesNotContain("\u202e");
        assertThat(shown.out().lines()).as("a heading, an instance, its root volume and a volume without a name").hasSize(4);

        assertThat(product.run("resources", "list", "--format", "csv").out()).contains(",\"" + name.replace("\"", "\"\"") + "\",");

        assertThat(product.run("search", name, "--json").json().at("/0/resource/name").asText()).isEqualTo(name);
        var plan = product.run("ask", "--json", "--dry-run", "--endpoint-url", endpoint(), "Stop " + listed.json().at("/0/identifier").asText());
        assertThat(plan.json().at("/script/steps/0/args").toString()).contains(listed.json().at("/0/identifier").asText());
        assertThat(plan.json().at("/script/steps")).hasSize(1);
        assertThat(Path.of("/tmp/owned")).doesNotExist();
    }

    @Test
    void aQuestionIsKeptWithWhatCouldBeAnswered() throws Exception {
        var asked = ask("stop pg-main", "--conversation", "new", "--dry-run").json();
        var labels = asked.path("choices").findValuesAsText("label");
        assertThat(labels).as(asked.toString()).hasSizeGreaterThan(1);
        var conversation = asked.path("conversation").asText();
        assertThat(product.run("chat", "show", conversation, "--json").json().at("/1/content").asText())
                .startsWith(asked.path("explain_plan").asText()).contains(labels);
        assertThat(ask("the first", "--conversation", conversation, "--show-request", "--dry-run").json().at("/request/chat_history/1/content").asText())
                .contains(labels);
        assertThat(product.run("chat", "delete", conversation).exit()).isZero();
    }

    @Test
    void asksForAPassphraseAndRefusesAWrongOne() throws Exception {
        var none = user(folder.resolve("no-passphrase")).with("CLOUDOPS_PASSPHRASE", null).run("search", "x");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("  try: set CLOUDOPS_PASSPHRASE");

        var wrong = user(folder.resolve("shared")).with("CLOUDOPS_PASSPHRASE", "hunter2 hunter2").run("search", "x");
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains("cloudops: ", "passphrase").doesNotContain("hunter2 hunter2");
    }

    private static Run ask(String prompt, String... options) throws Exception {
        var arguments = new java.util.ArrayList<>(Arrays.asList("ask", "--json", "--endpoint-url", endpoint(), prompt));
        arguments.addAll(Arrays.asList(options));
        return product.run(arguments.toArray(String[]::new));
    }

    private static java.util.List<String> codes(JsonNode scan) {
        return scan.path("errors").findValuesAsText("code");
    }

    private static String endpoint() {
        return demo.environment().endpointUrl().orElseThrow().toString();
    }

    /** A user with the sample accounts in the AWS files. */
    private static Product user(Path home) throws Exception {
        return new Product(home).with("AWS_CONFIG_FILE", demo.environment().awsConfigFile().toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", demo.environment().awsCredentialsFile().toString())
                .with("CLOUDOPS_HOME", home.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
    }
}
