package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.demo.Simulator;
import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.HistoryFilter;
import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;

/** Every type of the scanners of Lambda, RDS, S3 and IAM, found in a simulated AWS with all real services and either transport. */
class LambdaRdsS3IamScanTest {

    private static final String REGION = "us-west-2";
    private static final String ACCOUNT = "123456789012";
    private static final char[] PASSPHRASE = "for the test".toCharArray();
    /** A value of an environment variable that must turn up nowhere. */
    private static final String SECRET = "hunter2-of-the-function";
    private static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/service-role/of-functions";
    private static final String POLICY = "arn:aws:iam::" + ACCOUNT + ":policy/Everything";
    private static final String KEY = "arn:aws:kms:us-west-2:" + ACCOUNT + ":key/0a1b2c3d";

    /** What there is, by type; what else the simulator makes by itself is automated snapshots. */
    private static final Map<String, List<String>> ESTATE = Map.ofEntries(
            Map.entry("lambda_function", List.of("bare", "orders-import")),
            Map.entry("lambda_alias", List.of("orders-import:live")),
            Map.entry("lambda_layer", List.of("common")),
            Map.entry("rds_instance", List.of("aurora-1", "pg-main")),
            Map.entry("rds_cluster", List.of("aurora")),
            Map.entry("rds_snapshot", List.of("before-upgrade")),
            Map.entry("rds_cluster_snapshot", List.of("aurora-before-upgrade")),
            Map.entry("s3_bucket", List.of("orders-archive", "orders-plain")),
            Map.entry("iam_user", List.of("operator")),
            Map.entry("iam_group", List.of("operators")),
            Map.entry("iam_role", List.of("of-functions")),
            Map.entry("iam_policy", List.of("Everything")));

    @TempDir
    private static Path folder;
    private static Simulator simulator;
    private static Path config;
    private static Path credentials;

    @BeforeAll
    static void createEstate() throws Exception {
        simulator = Simulator.start();
        config = Files.writeString(folder.resolve("config"), "[profile root]\nregion = us-west-2\n[profile production]\nregion = us-west-2\n");
        credentials = Files.writeString(folder.resolve("credentials"), "[root]\naws_access_key_id = root\naws_secret_access_key = root\n");
        try (var services = new Services(environment(folder.resolve("seeding"), false), PASSPHRASE)) {
            var aws = services.get(ExecutionEngine.class);
            createPrincipals(aws);
            createFunctions(aws);
            createDatabases(aws);
            createBuckets(aws);
        }
    }

    @AfterAll
    static void stop() {
        if (simulator != null) {
            simulator.close();
        }
    }

    private static Environment environment(Path home, boolean readOnly) {
        return new Environment(home, config, credentials, Optional.of(simulator.endpoint()), readOnly, false);
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, names = {"SDK", "CLI"})
    void everyTypeIsFoundAndNoValueOfAVariableIsKept(Transport transport, @TempDir Path home) throws Exception {
        try (var services = new Services(environment(home, false), PASSPHRASE)) {
            var result = scan(services, transport);

            assertThat(result.errors()).isEmpty();
            assertThat(result.complete()).isTrue();
            var found = found(services);
            assertThat(names(found)).isEqualTo(estate());
            assertThat(found).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, Json.mapper().valueToTree(each))).isEmpty());
            assertThat(Json.mapper().writeValueAsString(found)).contains("DB_PASSWORD").doesNotContain(SECRET);
            assertThat(services.get(ExecutionEngine.class).history(HistoryFilter.ALL)).isEmpty();
        }
        assertThat(filesWith(SECRET, home)).isEmpty();
        assertThat(filesWith("DB_PASSWORD", home)).as("of an encrypted home").isEmpty();
    }

    @Test
    void valuesOfVariablesAreCutOutBeforeAnybodySeesThem(@TempDir Path home) throws Exception {
        try (var services = new Services(environment(home, false), PASSPHRASE)) {
            var call = new AwsCall("lambda", "list-functions", null, "production", REGION);

            var bySdk = services.get(AwsCaller.class).call(call, Transport.SDK);

            assertThat(bySdk.findValue("Variables")).isEqualTo(Json.mapper().readTree("{\"DB_PASSWORD\": null, \"TABLE\": null}"));
            assertThat(services.get(AwsCaller.class).call(call, Transport.CLI)).isEqualTo(bySdk);
        }
    }

    @Test
    void bothTransportsGiveTheSameResourcesInReadOnlyModeToo(@TempDir Path home) throws Exception {
        try (var services = new Services(environment(home, true), PASSPHRASE)) {
            var first = scan(services, Transport.SDK);
            var bySdk = withoutTime(found(services));

            var second = scan(services, Transport.CLI);

            assertThat(first.errors()).isEmpty();
            assertThat(second.errors()).isEmpty();
            assertThat(withoutTime(found(services))).isEqualTo(bySdk);
            assertThat(second.upserted()).isZero();
            assertThat(second.unchanged()).isEqualTo(first.discovered()).isPositive();
        }
    }

    @Test
    void resourcesAreLinkedAndJudged(@TempDir Path home) throws Exception {
        try (var services = new Services(environment(home, false), PASSPHRASE)) {
            scan(services, Transport.SDK);
            var found = found(services).stream().collect(Collectors.toMap(each -> each.resourceType() + " " + each.identifier(), each -> each));

            var function = found.get("lambda_function orders-import");
            assertThat(function.tags()).containsEntry("team", "it's \"ours\" $(ls)");
            assertThat(function.metadata()).containsEntry("environment_variables", List.of("DB_PASSWORD", "TABLE"));
            assertThat(relations(function)).contains("has_role " + ROLE, "uses_layer arn:aws:lambda:us-west-2:" + ACCOUNT + ":layer:common");
            assertThat(function.constraints().canDelete()).isTrue();
            assertThat(relations(found.get("lambda_alias orders-import:live"))).containsExactly("alias_of orders-import");
            assertThat(relations(found.get("rds_cluster aurora"))).contains("has_member aurora-1");
            assertThat(found.get("rds_cluster aurora").constraints().canDelete()).isFalse();
            assertThat(relations(found.get("rds_snapshot before-upgrade"))).contains("snapshot_of pg-main");
            assertThat(found.get("rds_snapshot before-upgrade").constraints().canDelete()).isTrue();
            assertThat(relations(found.get("rds_cluster_snapshot aurora-before-upgrade"))).contains("snapshot_of aurora");
            var automated = found.values().stream().filter(each -> each.identifier().startsWith("rds:")).toList();
            assertThat(automated).isNotEmpty().allSatisfy(each -> {
                assertThat(each.constraints().canDelete()).isFalse();
                assertThat(each.constraints().customConstraints()).containsEntry("automated", true);
            });
            var archive = found.get("s3_bucket orders-archive");
            assertThat(archive.metadata()).containsEntry("versioning", "Enabled").containsEntry("encryption", "aws:kms")
                    .containsEntry("lifecycle_rules", 1).containsEntry("blocks_public_access", true);
            assertThat(relations(archive)).containsExactly("encrypted_with " + KEY);
            assertThat(found.get("s3_bucket orders-plain").metadata()).containsEntry("versioning", "Off").doesNotContainKey("encryption");
            var role = found.get("iam_role of-functions");
            assertThat(role.region()).isEqualTo("aws-global");
            assertThat(relations(role)).contains("has_policy " + POLICY, "trusts lambda.amazonaws.com");
            assertThat(role.constraints().reasons().get("can_delete")).isEqualTo("to be removed first: 1 attached policy");
            assertThat(relations(found.get("iam_user operator"))).containsExactly("in_group operators");
            assertThat(relations(found.get("iam_group operators"))).containsExactly("has_member operator", "has_policy " + POLICY);
            assertThat(found.get("iam_policy Everything").constraints().canDelete()).isFalse();
        }
    }

    private static ScanResult scan(Services services, Transport transport) throws Exception {
        return services.get(EstateScanner.class).scan(new ScanRequest(List.of("production"), List.of(REGION),
                List.of("lambda", "rds", "s3", "iam"), List.of(), true, transport), ScanListener.NONE);
    }

    private static List<AwsResource> found(Services services) throws Exception {
        var all = new ArrayList<AwsResource>();
        services.get(EstateStorage.class).list(ResourceFilter.ALL, all::add);
        return all;
    }

    private static Map<String, TreeSet<String>> estate() {
        var estate = new TreeMap<String, TreeSet<String>>();
        ESTATE.forEach((type, names) -> estate.put(type, new TreeSet<>(names)));
        return estate;
    }

    private static Map<String, TreeSet<String>> names(List<AwsResource> resources) {
        return resources.stream().filter(each -> !each.identifier().startsWith("rds:")).collect(Collectors.groupingBy(
                AwsResource::resourceType, TreeMap::new, Collectors.mapping(AwsResource::identifier, Collectors.toCollection(TreeSet::new))));
    }

    private static Map<String, JsonNode> withoutTime(List<AwsResource> resources) {
        return resources.stream().collect(Collectors.toMap(each -> each.key().toString(), each -> Json.mapper().valueToTree(new AwsResource(
                each.resourceType(), each.identifier(), each.accountId(), each.accountName(), each.region(), each.service(), each.arn(),
                each.name(), each.state(), each.tags(), Instant.EPOCH, each.iam(), each.constraints(), each.metadata()))));
    }

    private static List<String> relations(AwsResource resource) {
        return Json.mapper().valueToTree(resource.metadata()).path("relations").valueStream()
                .map(relation -> relation.path("type").asText() + " " + relation.path("target").asText()).toList();
    }

    private static List<Path> filesWith(String text, Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            var found = new ArrayList<Path>();
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    private static void createPrincipals(ExecutionEngine aws) throws Exception {
        done(aws, "iam", "create-policy", "{'PolicyName':'Everything','PolicyDocument':'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':"
                + "[{\\'Effect\\':\\'Allow\\',\\'Action\\':\\'*\\',\\'Resource\\':\\'*\\'}]}'}");
        done(aws, "iam", "create-role", "{'RoleName':'of-functions','Path':'/service-role/','AssumeRolePolicyDocument':"
                + "'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':"
                + "{\\'Service\\':\\'lambda.amazonaws.com\\'},\\'Action\\':\\'sts:AssumeRole\\'}]}'}");
        done(aws, "iam", "attach-role-policy", "{'RoleName':'of-functions','PolicyArn':'" + POLICY + "'}");
        done(aws, "iam", "create-group", "{'GroupName':'operators'}");
        done(aws, "iam", "attach-group-policy", "{'GroupName':'operators','PolicyArn':'" + POLICY + "'}");
        done(aws, "iam", "create-user", "{'UserName':'operator'}");
        done(aws, "iam", "add-user-to-group", "{'GroupName':'operators','UserName':'operator'}");
        var key = done(aws, "iam", "create-access-key", "{'UserName':'operator'}").path("AccessKey");
        Files.writeString(credentials, Files.readString(credentials) + "[production]\naws_access_key_id = " + key.path("AccessKeyId").asText()
                + "\naws_secret_access_key = " + key.path("SecretAccessKey").asText() + "\n");
    }

    private static void createFunctions(ExecutionEngine aws) throws Exception {
        var code = "'" + Base64.getEncoder().encodeToString(zip()) + "'";
        var layer = done(aws, "lambda", "publish-layer-version", "{'LayerName':'common','Content':{'ZipFile':" + code + "}}");
        done(aws, "lambda", "create-function", "{'FunctionName':'orders-import','Runtime':'python3.13','Role':'" + ROLE
                + "','Handler':'app.handler','Code':{'ZipFile':" + code + "},'Layers':['" + layer.path("LayerVersionArn").asText()
                + "'],'Environment':{'Variables':{'DB_PASSWORD':'" + SECRET + "','TABLE':'" + SECRET + "'}},"
                + "'Tags':{'team':'it\\u0027s \\'ours\\' $(ls)'}}");
        done(aws, "lambda", "create-function", "{'FunctionName':'bare','Runtime':'python3.13','Role':'" + ROLE
                + "','Handler':'app.handler','Code':{'ZipFile':" + code + "}}");
        done(aws, "lambda", "publish-version", "{'FunctionName':'orders-import'}");
        done(aws, "lambda", "create-alias", "{'FunctionName':'orders-import','Name':'live','FunctionVersion':'1'}");
    }

    private static byte[] zip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("app.py"));
        }
        return bytes.toByteArray();
    }

    private static void createDatabases(ExecutionEngine aws) throws Exception {
        var login = "'MasterUsername':'master','MasterUserPassword':'only-in-the-simulator'";
        done(aws, "rds", "create-db-cluster", "{'DBClusterIdentifier':'aurora','Engine':'aurora-postgresql'," + login + "}");
        done(aws, "rds", "create-db-instance", "{'DBInstanceIdentifier':'aurora-1','DBClusterIdentifier':'aurora',"
                + "'Engine':'aurora-postgresql','DBInstanceClass':'db.t4g.medium'}");
        done(aws, "rds", "create-db-instance", "{'DBInstanceIdentifier':'pg-main','Engine':'postgres','DBInstanceClass':'db.t4g.medium',"
                + "'AllocatedStorage':20," + login + "}");
        done(aws, "rds", "create-db-snapshot", "{'DBSnapshotIdentifier':'before-upgrade','DBInstanceIdentifier':'pg-main'}");
        done(aws, "rds", "create-db-cluster-snapshot", "{'DBClusterSnapshotIdentifier':'aurora-before-upgrade','DBClusterIdentifier':'aurora'}");
    }

    private static void createBuckets(ExecutionEngine aws) throws Exception {
        for (var bucket : List.of("orders-plain", "orders-archive")) {
            done(aws, "s3api", "create-bucket", "{'Bucket':'" + bucket + "','CreateBucketConfiguration':{'LocationConstraint':'" + REGION + "'}}");
        }
        done(aws, "s3api", "put-bucket-versioning", "{'Bucket':'orders-archive','VersioningConfiguration':{'Status':'Enabled'}}");
        done(aws, "s3api", "put-bucket-encryption", "{'Bucket':'orders-archive','ServerSideEncryptionConfiguration':{'Rules':["
                + "{'ApplyServerSideEncryptionByDefault':{'SSEAlgorithm':'aws:kms','KMSMasterKeyID':'" + KEY + "'}}]}}");
        done(aws, "s3api", "put-bucket-lifecycle-configuration", "{'Bucket':'orders-archive','LifecycleConfiguration':{'Rules':["
                + "{'ID':'old','Filter':{'Prefix':''},'Status':'Enabled','Expiration':{'Days':30}}]}}");
        done(aws, "s3api", "put-public-access-block", "{'Bucket':'orders-archive','PublicAccessBlockConfiguration':{'BlockPublicAcls':true,"
                + "'IgnorePublicAcls':true,'BlockPublicPolicy':true,'RestrictPublicBuckets':true}}");
    }

    /** The answer to a change that a person approves. @param params JSON with apostrophes for quotes */
    private static JsonNode done(ExecutionEngine aws, String service, String operation, String params) throws Exception {
        var request = ExecutionRequest.of(new Command.AwsSdk(service, operation, params.replace('\'', '"'), "root", REGION));
        var result = aws.result(aws.execute(request.withApproval(new Approval(aws.approvalHash(request), "tester", Instant.now()))));
        assertThat(result.succeeded()).as(service + " " + operation + ": " + result.stderr() + result.error()).isTrue();
        return Json.mapper().readTree(result.stdout());
    }
}
