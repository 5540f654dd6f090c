package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.approval.GeneratedOperations.Kind;
import cloudops.execution.internal.approval.OperationTable.Judgement;
import cloudops.model.Risk;

class OperationTableTest {

    /** Commands of the CLI's own that call describing operations and print the answer. */
    private static final Set<String> HARMLESS_COMMANDS = Set.of("configservice get-status", "datapipeline list-runs", "emr describe-cluster",
            "s3 ls");

    /** Reads that the generator takes for sensitive and that are not, as the reviewed table explains. */
    private static final Set<String> CLEARED = Set.of("appmesh describe-virtual-gateway", "appmesh describe-virtual-node",
            "bedrock-agentcore-control get-token-vault", "deploy get-application-revision", "docdb describe-db-instances",
            "elbv2 describe-listeners", "elbv2 describe-rules", "emr list-clusters", "fsx describe-backups", "fsx describe-file-systems",
            "fsx describe-snapshots", "fsx describe-volumes", "iam list-virtual-mfa-devices", "identitystore describe-group",
            "identitystore list-groups", "managedblockchain-query get-token-balance", "neptune describe-db-instances",
            "organizations describe-account", "organizations describe-organization", "organizations list-accounts",
            "organizations list-accounts-for-parent", "organizations list-accounts-with-invalid-effective-policy",
            "organizations list-delegated-administrators", "pricing get-price-list-file-url", "rds describe-db-clusters",
            "rds describe-db-instances", "rds describe-tenant-databases", "redshift describe-clusters", "redshift-serverless get-namespace",
            "redshift-serverless list-namespaces", "sqs get-queue-url", "storagegateway describe-gateway-information",
            "verifiedpermissions batch-is-authorized", "verifiedpermissions batch-is-authorized-with-token",
            "verifiedpermissions is-authorized", "verifiedpermissions is-authorized-with-token");

    private final OperationTable table = OperationTable.bundled();
    private final GeneratedOperations generated = new GeneratedOperations(OperationTable.text(GeneratedOperations.RESOURCE));
    private final ReviewedOperations reviewed = new ReviewedOperations(OperationTable.text(ReviewedOperations.RESOURCE));

    @ParameterizedTest
    @CsvSource(delimiterString = "|", value = {
        "READ_ONLY | LOW | ec2 describe-instances describe-volumes describe-regions describe-images describe-security-groups wait",
        "READ_ONLY | LOW | rds describe-db-instances describe-db-clusters list-tags-for-resource wait",
        "READ_ONLY | LOW | s3api list-buckets get-bucket-location get-bucket-tagging get-bucket-encryption head-object list-objects-v2",
        "READ_ONLY | LOW | iam get-role get-user get-policy get-policy-version list-groups-for-user list-attached-role-policies",
        "READ_ONLY | LOW | iam list-role-policies get-role-policy get-user-policy get-group-policy simulate-principal-policy list-roles",
        "READ_ONLY | LOW | sts get-caller-identity",
        "READ_ONLY | LOW | organizations list-accounts describe-organization list-policies describe-policy",
        "READ_ONLY | LOW | cloudformation describe-stacks validate-template list-stacks",
        "READ_ONLY | LOW | accessanalyzer validate-policy check-no-new-access",
        "READ_ONLY | LOW | kms describe-key list-keys get-key-policy",
        "READ_ONLY | LOW | secretsmanager list-secrets describe-secret",
        "READ_ONLY | LOW | cloudtrail lookup-events",
        "READ_ONLY | LOW | cloudwatch get-metric-data describe-alarms",
        "SENSITIVE_READ | MEDIUM | ec2 get-password-data get-console-output describe-instance-attribute describe-launch-template-versions",
        "SENSITIVE_READ | MEDIUM | ec2 describe-spot-instance-requests describe-vpn-connections get-launch-template-data",
        "SENSITIVE_READ | MEDIUM | secretsmanager get-secret-value batch-get-secret-value get-random-password",
        "SENSITIVE_READ | MEDIUM | ssm get-parameter get-parameters get-parameters-by-path get-parameter-history get-command-invocation",
        "SENSITIVE_READ | MEDIUM | sqs receive-message",
        "SENSITIVE_READ | MEDIUM | kms decrypt generate-data-key",
        "SENSITIVE_READ | MEDIUM | sts assume-role assume-role-with-saml assume-role-with-web-identity assume-root get-session-token",
        "SENSITIVE_READ | MEDIUM | sts get-federation-token decode-authorization-message",
        "SENSITIVE_READ | MEDIUM | lambda get-function get-function-configuration list-functions get-layer-version",
        "SENSITIVE_READ | MEDIUM | ecr get-login get-login-password get-authorization-token get-download-url-for-layer",
        "SENSITIVE_READ | MEDIUM | ecs describe-task-definition describe-tasks",
        "SENSITIVE_READ | MEDIUM | autoscaling describe-launch-configurations",
        "SENSITIVE_READ | MEDIUM | batch describe-jobs describe-job-definitions",
        "SENSITIVE_READ | MEDIUM | codebuild batch-get-projects",
        "SENSITIVE_READ | MEDIUM | cognito-identity get-credentials-for-identity get-open-id-token",
        "SENSITIVE_READ | MEDIUM | cognito-idp describe-user-pool-client describe-identity-provider",
        "SENSITIVE_READ | MEDIUM | directconnect describe-virtual-interfaces describe-router-configuration",
        "SENSITIVE_READ | MEDIUM | logs get-log-events filter-log-events",
        "SENSITIVE_READ | MEDIUM | dynamodb get-item scan query",
        "SENSITIVE_READ | MEDIUM | lightsail get-instance-access-details get-relational-database-master-user-password",
        "SENSITIVE_READ | MEDIUM | redshift get-cluster-credentials",
        "SENSITIVE_READ | MEDIUM | s3 presign",
        "SENSITIVE_READ | MEDIUM | s3api get-object get-object-torrent select-object-content create-session",
        "SENSITIVE_READ | MEDIUM | apigateway get-export get-sdk get-api-keys",
        "SENSITIVE_READ | MEDIUM | iot-data get-thing-shadow",
        "SENSITIVE_READ | MEDIUM | glacier get-job-output",
        "SENSITIVE_READ | MEDIUM | rds generate-db-auth-token download-db-log-file-portion",
        "SENSITIVE_READ | HIGH | iam create-access-key create-service-specific-credential create-virtual-mfa-device",
        "MUTATING | MEDIUM | ec2 create-image create-snapshot create-snapshots create-tags reboot-instances start-instances stop-instances",
        "MUTATING | MEDIUM | rds add-tags-to-resource create-db-snapshot reboot-db-instance start-db-instance stop-db-instance",
        "MUTATING | MEDIUM | s3api put-bucket-versioning",
        "MUTATING | MEDIUM | cognito-identity get-id",
        "MUTATING | MEDIUM | stepfunctions get-activity-task start-execution",
        "MUTATING | MEDIUM | elasticache test-failover",
        "MUTATING | MEDIUM | lambda invoke",
        "MUTATING | HIGH | s3api put-public-access-block put-bucket-policy put-bucket-lifecycle-configuration",
        "MUTATING | HIGH | iam attach-role-policy put-user-policy create-role change-password",
        "MUTATING | HIGH | organizations move-account invite-account-to-organization",
        "MUTATING | HIGH | dynamodb execute-statement",
        "MUTATING | HIGH | codeartifact login",
        "MUTATING | HIGH | configure get set list add-model",
        "MUTATING | HIGH | deploy push register install",
        "MUTATING | HIGH | ssm start-session send-command",
        "MUTATING | HIGH | ecs execute-command",
        "MUTATING | HIGH | eks update-kubeconfig",
        "MUTATING | HIGH | emr ssh socks get put",
        "MUTATING | HIGH | s3 cp",
        "DESTRUCTIVE | HIGH | ec2 terminate-instances delete-volume release-address deregister-image revoke-security-group-ingress",
        "DESTRUCTIVE | HIGH | rds delete-db-instance backtrack-db-cluster",
        "DESTRUCTIVE | HIGH | sqs purge-queue",
        "DESTRUCTIVE | HIGH | kms schedule-key-deletion retire-grant revoke-grant",
        "DESTRUCTIVE | HIGH | iam delete-role remove-user-from-group",
        "DESTRUCTIVE | HIGH | organizations leave-organization close-account",
        "DESTRUCTIVE | HIGH | ecr batch-delete-image",
        "DESTRUCTIVE | HIGH | s3 rm rb mv sync",
        "DESTRUCTIVE | HIGH | emr terminate-clusters",
        "UNKNOWN | HIGH | rekognition detect-faces",
        "UNKNOWN | HIGH | polly synthesize-speech" })
    void judgesOperations(Effect effect, Risk risk, String operations) {
        var words = List.of(operations.split(" "));
        for (var operation : words.subList(1, words.size())) {
            assertThat(table.judge(words.get(0), operation)).as(words.get(0) + " " + operation).isEqualTo(new Judgement(effect, risk));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "|", value = { "nosuchservice | describe-instances", "nosuchservice | list-things", "ec2 | describe-frobs",
        "ec2 | describe-", "ec2 | describe-*", "ec2 | *", "ec2 | 'describe-instances '", "ec2 | Describe-Instances", "ec2 | DescribeInstances",
        "EC2 | describe-instances", "* | describe-instances", "ec2 READ_ONLY | describe-instances", "# | What", "iam | create-frob",
        "iam | put-", "ec2 | ''", "'' | describe-instances", "ec2 | 'describe-instances\n'", "'ec2\ns3' | ls", "'\nec2' | describe-instances",
        "ec2 | describe-instances\u202e", "ec2 | describe-\ud83d\ude00", "ec2 | describe-instances;reboot-instances", "ecs | batch-put-x",
        "configure | list-profiles", "logs | tail", "sso | login", "s3 | --debug" })
    void knowsNothingOfWhatTheModelsDoNotName(String service, String operation) {
        assertThat(table.judge(service, operation)).isEqualTo(new Judgement(Effect.UNKNOWN, Risk.HIGH));
    }

    @Test
    void coversAllServices() {
        assertThat(generated.services()).hasSizeGreaterThanOrEqualTo(300).contains("ec2", "iam", "s3", "s3api", "rds", "lambda");
        assertThat(count((service, operation) -> true)).isGreaterThan(15_000);
        assertThat(count((service, operation) -> table.judge(service, operation).effect() == Effect.UNKNOWN)).isLessThan(200);
        assertThat(generated.services()).noneMatch(service -> generated.operations(service).isEmpty());
        assertThat(OperationTable.text(GeneratedOperations.RESOURCE)).matches("[ -~\n]+").doesNotContain("\n ", " \n");
        assertThat(OperationTable.text(ReviewedOperations.RESOURCE)).matches("[ -~\n]+");
    }

    @Test
    void neverTakesDestructionForARead() {
        assertThat(operations((service, operation) -> operation.matches("(batch-|admin-)?(delete|terminate|purge|remove|revoke|deregister)-.*")
                && generated.operations(service).get(operation) != Kind.DESTRUCTIVE && generated.operations(service).get(operation) != Kind.COMMAND))
                        .isEmpty();
        assertThat(operations((service, operation) -> generated.operations(service).get(operation) == Kind.DESTRUCTIVE
                && table.judge(service, operation).effect() != Effect.DESTRUCTIVE)).containsOnly("iam reset-service-specific-credential");
    }

    @Test
    void readsOnlyWhatIsNamedSo() {
        var verbs = Set.of("describe", "get", "head", "list", "lookup", "search", "simulate", "wait", "admin", "batch", // and the reviewed ones:
                "check", "count", "discover", "estimate", "is", "ls", "query", "resolve", "scan", "select", "test", "validate", "view");
        assertThat(operations((service, operation) -> table.judge(service, operation).effect() == Effect.READ_ONLY
                && !verbs.contains(operation.split("-")[0]))).isEmpty();
        assertThat(operations((service, operation) -> operation.startsWith("batch-") && table.judge(service, operation).effect() == Effect.READ_ONLY
                && !operation.matches("batch-(get|describe|lookup|check|is)-.*"))).isEmpty();
    }

    @Test
    void asksForEveryReadWhoseModelSpeaksOfSecretsButTheClearedOnes() {
        assertThat(operations((service, operation) -> generated.operations(service).get(operation) == Kind.SENSITIVE_READ
                && table.judge(service, operation).effect() == Effect.READ_ONLY)).isEqualTo(new TreeSet<>(CLEARED));
    }

    @Test
    void asksForEveryCommandOfTheCliButTheHarmlessOnes() {
        BiPredicate<String, String> own = (service, operation) -> generated.operations(service).get(operation) == Kind.COMMAND;
        assertThat(count(own)).isGreaterThan(50);
        assertThat(operations(own.and((service, operation) -> reviewed.judge(service, operation).isEmpty()))).as("nobody has judged").isEmpty();
        assertThat(operations(own.and((service, operation) -> table.judge(service, operation).effect() == Effect.READ_ONLY)))
                .isEqualTo(new TreeSet<>(HARMLESS_COMMANDS));
    }

    @Test
    void reviewsOnlyOperationsThatExistAndSaysSomethingNewOfThem() {
        var findings = new TreeSet<String>();
        reviewed.all().forEach((service, operations) -> operations.forEach((name, judgement) -> {
            var known = generated.operations(service);
            if (!name.endsWith("*")) {
                var same = known.containsKey(name) && Judgement.of(known.get(name).effect()).equals(judgement);
                var prefixed = operations.keySet().stream().anyMatch(other -> isPrefix(other, name));
                if (!known.containsKey(name) || same && !prefixed) {
                    findings.add(service + " " + name);
                }
            } else if (known.keySet().stream().noneMatch(operation -> isPrefix(name, operation)) || judgement.effect() == Effect.READ_ONLY) {
                findings.add(service + " " + name);
            }
        }));
        assertThat(findings).isEmpty();
    }

    @Test
    void neverLowersARiskByPrefix() {
        var findings = new TreeSet<String>();
        reviewed.all().forEach((service, operations) -> operations.keySet().stream().filter(name -> name.endsWith("*"))
                .forEach(prefix -> generated.operations(service).forEach((operation, kind) -> {
                    if (isPrefix(prefix, operation) && !operations.containsKey(operation) && kind != Kind.MUTATING) {
                        findings.add(service + " " + prefix + " " + operation);
                    }
                })));
        assertThat(findings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "ec2 READ_ONLY describe-x\nec2 HARMLESS y", "ec2 MUTATING x\nec2 READ_ONLY x", "ec2 MUTATING x\nec2 READ_ONLY",
        "ec2 MUTATING x\nec2 READ_ONLY y  z", "ec2 MUTATING x\nec2 READ_ONLY Y", "ec2 MUTATING x\nec2 READ_ONLY y\r",
        "ec2 MUTATING x\nec2 READ_ONLY y\tz\n", "#\nec2 MUTATING \ud83d\ude00\n", "#\nec2 \nec3 READ_ONLY x" })
    void saysWhichGeneratedLineIsBad(String text) {
        assertThatThrownBy(() -> new GeneratedOperations(text).operations("ec2")).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("aws-operations.generated.txt, line 2: ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "b READ_ONLY x\na READ_ONLY y\n", "a READ_ONLY x\na MUTATING y\n", "a READ_ONLY x\n\n", "a READ_ONLY x\n z\n" })
    void wantsSortedLines(String text) {
        assertThatThrownBy(() -> new GeneratedOperations(text).services()).hasMessage("aws-operations.generated.txt, line 2: out of order");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "#", "# a b c\n", "a READ_ONLY x", "# head\na READ_ONLY x\n", "a READ_ONLY x\nb MUTATING y",
        "# head\n# head\na MUTATING x\na READ_ONLY y\nb READ_ONLY z\nb-c READ_ONLY w\nc READ_ONLY v\nc.d READ_ONLY u\n" })
    void findsEveryServiceAndNoOther(String text) {
        var operations = new GeneratedOperations(text);
        for (var service : List.of("a", "b", "b-c", "c", "c.d", "#", "0", "b-", "b-d", "d", "a MUTATING", "READ_ONLY", "", "\n", "x\nb")) {
            assertThat(operations.operations(service).isEmpty()).as(service).isEqualTo(!operations.services().contains(service));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "HARMLESS LOW ec2 x", "READ_ONLY NONE ec2 x", "READ_ONLY LOW ec2", "READ_ONLY LOW * x", "READ_ONLY LOW ec2 a*b",
        "READ_ONLY LOW ec2 x x", "READ_ONLY LOW ec2 ok", "READ_ONLY LOW ec2 X", "READ_ONLY LOW ec2 **", "READ_ONLY LOW ec2 \ud83d\ude00" })
    void saysWhichReviewedLineIsBad(String line) {
        assertThatThrownBy(() -> new ReviewedOperations("# head\n\nMUTATING HIGH ec2 ok\n" + line + "\n")).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("aws-operations.txt, line 4: ");
    }

    @Test
    void prefersTheOperationToTheLongestPrefix() {
        var lines = new ReviewedOperations("MUTATING LOW x *\nMUTATING MEDIUM x a-*\nMUTATING HIGH x a-b*\nDESTRUCTIVE HIGH x a-bc");
        assertThat(Arrays.asList("z", "a-z", "a-bd", "a-bc").stream().map(name -> lines.judge("x", name).orElseThrow().toString()))
                .containsExactly("Judgement[effect=MUTATING, risk=LOW]", "Judgement[effect=MUTATING, risk=MEDIUM]",
                        "Judgement[effect=MUTATING, risk=HIGH]", "Judgement[effect=DESTRUCTIVE, risk=HIGH]");
        assertThat(lines.judge("y", "a-bc")).isEmpty();
    }

    private static boolean isPrefix(String pattern, String operation) {
        return pattern.endsWith("*") && operation.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private long count(BiPredicate<String, String> condition) {
        return operations(condition).size();
    }

    private TreeSet<String> operations(BiPredicate<String, String> condition) {
        var found = new TreeSet<String>();
        for (var service : generated.services()) {
            generated.operations(service).keySet().stream().filter(operation -> condition.test(service, operation))
                    .forEach(operation -> found.add(service + " " + operation));
        }
        return found;
    }
}
