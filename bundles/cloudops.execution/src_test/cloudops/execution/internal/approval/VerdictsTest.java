package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.model.Risk;

class VerdictsTest {

    private final Verdicts verdicts = new Verdicts(Optional.of(URI.create("http://127.0.0.1:5000")));

    @ParameterizedTest
    @CsvSource({
        "ec2, describe-instances, READ_ONLY, LOW", "s3api, list-buckets, READ_ONLY, LOW", "s3api, head-object, READ_ONLY, LOW",
        "sts, get-caller-identity, READ_ONLY, LOW", "iam, simulate-principal-policy, READ_ONLY, LOW", "rds, wait, READ_ONLY, LOW",
        "cloudtrail, lookup-events, READ_ONLY, LOW", "s3, ls, READ_ONLY, LOW", "iam, get-role, READ_ONLY, LOW",
        "secretsmanager, get-secret-value, SENSITIVE_READ, MEDIUM", "ec2, get-password-data, SENSITIVE_READ, MEDIUM",
        "ssm, get-parameter, SENSITIVE_READ, MEDIUM", "ssm, get-parameters-by-path, SENSITIVE_READ, MEDIUM",
        "sqs, receive-message, SENSITIVE_READ, MEDIUM", "sts, assume-role, SENSITIVE_READ, MEDIUM",
        "sts, assume-role-with-saml, SENSITIVE_READ, MEDIUM", "sts, get-session-token, SENSITIVE_READ, MEDIUM",
        "iam, create-access-key, SENSITIVE_READ, HIGH",
        "lakeformation, get-temporary-glue-table-credentials, SENSITIVE_READ, MEDIUM",
        "rds, stop-db-instance, MUTATING, MEDIUM", "ec2, create-tags, MUTATING, MEDIUM", "iam, attach-role-policy, MUTATING, HIGH",
        "cognito-identity, get-id, MUTATING, MEDIUM",
        "ec2, terminate-instances, DESTRUCTIVE, HIGH", "rds, delete-db-instance, DESTRUCTIVE, HIGH", "sqs, purge-queue, DESTRUCTIVE, HIGH",
        "iam, delete-role, DESTRUCTIVE, HIGH", "kms, schedule-key-deletion, DESTRUCTIVE, HIGH", "s3, rm, DESTRUCTIVE, HIGH",
        "ecr, batch-delete-image, DESTRUCTIVE, HIGH",
        "ec2, frobnicate, UNKNOWN, HIGH", "ec2, describe, UNKNOWN, HIGH", "ec2, describer-x, UNKNOWN, HIGH", "configure, get, MUTATING, HIGH",
        "configure, set, MUTATING, HIGH", "ecs, batch-put-x, UNKNOWN, HIGH", "nosuchservice, nosuchoperation, UNKNOWN, HIGH" })
    void judgesOperations(String service, String operation, Effect effect, Risk risk) {
        for (var verdict : List.of(cli(service, operation), verdicts.of(new AwsSdk(service, operation, "{}", null, null)))) {
            assertThat(verdict.effect()).isEqualTo(effect);
            assertThat(verdict.risk()).isEqualTo(risk);
            assertThat(verdict.approvalRequired()).isEqualTo(effect != Effect.READ_ONLY);
            assertThat(verdict.reason()).startsWith(service + " " + operation);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "--filters file:///etc/passwd", "--x fileb://x", "--x FILE://x", "--x Key=a,Value=file://x", "--x a@=file://b",
        "--endpoint-url http://evil", "--endpoint-url=http://evil", "--endpoint http://evil", "--endp=http://evil", "--e=http://evil", "--endpoint-url",
        "--x http://evil/params", "--x https://evil", "--debug", "--no-verify-ssl", "--ca-bundle /tmp/ca.pem",
        "--x=http://evil/params", "--x=HTTPS://evil", "--v2-debug", "--cli-auto-prompt",
        "--cli-auto", "--ca x", "help", "--region a.evil", "--region=EVIL/", "--regi x#", "--endpoint-url http://127.0.0.1:5000/ --x y", "--endpoint-url http://127.0.0.1:5000 --endpoint-url http://evil" })
    void asksWhenArgumentsReachBeyondTheCall(String arguments) {
        var verdict = cli("ec2", "describe-instances", arguments.split(" "));
        assertThat(verdict.effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(verdict.risk()).isEqualTo(Risk.HIGH);
        assertThat(verdict.approvalRequired()).isTrue();
        assertThat(verdict.reason()).contains(", but it ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "--endpoint-url http://127.0.0.1:5000", "--region=eu-west-1 --output text", "--query Reservations[].x",
        "--filters Name=tag:x,Values=profile", "--no-paginate --page-size 5 --max-items 9 --starting-token x", "--color off --no-sign-request",
        "--cli-read-timeout 9 --cli-binary-format base64 --no-cli-pager", "--generate-cli-skeleton", "--cli-input-json {}", "--output yaml",
        "--profile=prod", "--no-dry-run", "--description helpful" })
    void letsHarmlessArgumentsPass(String arguments) {
        assertThat(cli("ec2", "describe-instances", arguments.split(" "))).extracting(Verdict::effect, Verdict::decision)
                .containsExactly(Effect.READ_ONLY, Decision.ALLOW);
    }

    @Test
    void takesTheAddressOfAQueueForOneOnlyWhereTheCliDoes() {
        var queue = "https://sqs.eu-west-1.amazonaws.com/1/q";
        assertThat(cli("sqs", "get-queue-attributes", "--queue-url", queue).decision()).isEqualTo(Decision.ALLOW);
        assertThat(cli("sqs", "get-queue-attributes", "--queue-url=" + queue).decision()).isEqualTo(Decision.ALLOW);
        assertThat(cli("sqs", "get-queue-attributes", "--attribute-names", queue).decision()).isEqualTo(Decision.ASK);
        assertThat(cli("ec2", "describe-instances", "--queue-url", queue).decision()).isEqualTo(Decision.ASK);
    }

    @Test
    void asksWhenTheCliWritesAFileButNotForTheSameCallInProcess() {
        assertThat(cli("apigateway", "get-export", "--rest-api-id", "a", "/tmp/x").reason()).contains("writes a local file");
        assertThat(cli("iot-data", "get-thing-shadow", "--thing-name", "a", "/tmp/x").decision()).isEqualTo(Decision.ASK);
        assertThat(verdicts.of(new AwsSdk("s3api", "get-object", "{\"Key\":\"file:///etc/passwd\"}", null, null)).reason())
                .isEqualTo("s3api get-object reads secrets or private data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3api put-object --bucket b --key k --body /root/.ssh/id_rsa", "s3api put-object --body=x", "s3api put-object --bod x",
        "s3api upload-part --body x", "glacier upload-archive --vault-name v --body x", "mediastore-data put-object --body x",
        "codeartifact publish-package-version --asset-content x", "lex-runtime post-content --input-stream x",
        "iot create-keys-and-certificate --private-key-outfile x", "cloudformation deploy --stack-name s", "gamelift upload-build",
        "emr put --src x", "s3 cp /etc/passwd s3://b/k", "s3 cp s3://b/k .", "s3 cp - s3://b/k", "s3 sync . s3://b", "s3 mv x s3://b/k",
        "s3 cp --recursive /etc s3://b", "s3 cp --exclude s3://x s3://b /root", "s3 cp /etc/passwd s3://b --include s3://c", "s3 cp s3://b",
        "s3 cp S3://b/k s3://b", "s3 sync --exclude s3://a s3://b .", "s3 cp --region s3://b s3://c", "s3 sync"})
    void asksWhenTheCliTakesAnArgumentForAFile(String call) {
        var words = call.split(" ", 3);
        var verdict = cli(words[0], words[1], words.length < 3 ? new String[0] : words[2].split(" "));
        assertThat(verdict.reason()).contains(", but it ").contains("local file");
        assertThat(verdict.risk()).isEqualTo(Risk.HIGH);
        assertThat(verdict.decision()).isEqualTo(Decision.ASK);
        assertThat(verdict.effect()).isNotEqualTo(Effect.READ_ONLY);
        assertThat(verdicts.isPlain(ExecutionRequest.of(new AwsCli(words[0], words[1],
                words.length < 3 ? List.of() : List.of(words[2].split(" ")), null, null)))).as("may be opened by a rule").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3api put-object --bucket b --key k", "s3 cp s3://a/k s3://b/k", "s3 sync --region eu-west-1 s3://a s3://b --delete",
        "s3 mv s3://a/k s3://b/k --exclude x", "s3 rm s3://b/k", "s3 ls s3://b", "iot create-keys-and-certificate --set-as-active"})
    void seesNoFileWhereThereIsNone(String call) {
        var words = call.split(" ", 3);
        assertThat(cli(words[0], words[1], words[2].split(" ")).reason()).doesNotContain(", but it ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.com/x", "evil.com", "EU-WEST-1", "a/b", "a@b", "a.b", "", "-x", "eu-west-1\n"})
    void aRegionInAVariableThatIsNoneAsks(String region) {
        for (var name : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
            var read = ExecutionRequest.of(new AwsCli("ec2", "describe-vpcs", List.of(), null, null));
            assertThat(verdicts.of(read.withEnv(Map.of(name, region))).decision()).isEqualTo(Decision.ASK);
            assertThat(verdicts.isPlain(read.withEnv(Map.of(name, region)))).isFalse();
            assertThat(verdicts.of(read.withEnv(Map.of(name, "eu-west-1"))).decision()).isEqualTo(Decision.ALLOW);
        }
    }

    @Test
    void neverLowersTheEffectForArguments() {
        var verdict = cli("rds", "delete-db-instance", "--x", "file://y");
        assertThat(verdict.effect()).isEqualTo(Effect.DESTRUCTIVE);
    }

    @Test
    void knowsNothingOfPrograms() {
        var verdict = verdicts.of(new Exec(List.of("ls")));
        assertThat(verdict).isEqualTo(new Verdict(Effect.UNKNOWN, Risk.HIGH, Decision.ASK, "what ls does is not known"));
        assertThat(verdicts.of(new Exec(List.of())).approvalRequired()).isTrue();
    }

    private Verdict cli(String service, String operation, String... args) {
        return verdicts.of(new AwsCli(service, operation, Arrays.asList(args), null, null));
    }
}
