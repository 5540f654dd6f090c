package cloudops.scanner.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.IamPermissions;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class S3ScannerTest {

    private final S3Scanner scanner = new S3Scanner();
    private final TestContext context = new TestContext();
    private final ArrayList<String> asked = new ArrayList<>();

    @BeforeEach
    void answer() throws Exception {
        var buckets = TestContext.read("buckets.json");
        context.answers.put("s3api list-buckets", (params, region) -> buckets);
        context.answers.put("s3api get-bucket-location", (params, region) -> switch (params.path("Bucket").asText()) {
            case "old.bucket" -> JsonNodeFactory.instance.objectNode().put("LocationConstraint", "EU");
            case "virginia" -> JsonNodeFactory.instance.objectNode().putNull("LocationConstraint");
            default -> throw new AssertionError("the listing says where it is");
        });
        var details = TestContext.read("details.json");
        for (var detail : Detail.values()) {
            context.answers.put("s3api " + detail.operation(), (params, region) -> {
                asked.add(detail + " " + params.path("Bucket").asText() + " " + region);
                var answer = details.path(params.path("Bucket").asText()).path(detail.operation());
                if (answer.isMissingNode() && detail.absent() != null) {
                    throw new ScanException(Category.AWS_CLI, "NotFound", detail.absent(), false, "there is none", null);
                }
                return answer.isMissingNode() ? JsonNodeFactory.instance.objectNode() : answer;
            });
        }
    }

    @Test
    void makesOfTheAnswersOfAwsWhatTheGoldenFileSays() throws Exception {
        var resources = context.scanned(scanner, Buckets.TYPE);

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read("buckets.expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
        assertThat(asked).as("details are asked where the bucket is").contains("TAGS pg-backups-bucket eu-central-1",
                "VERSIONING old.bucket eu-west-1", "POLICY_STATUS virginia us-east-1").hasSize(3 * Detail.values().length - 1);
        assertThat(asked).as("no policy lets anybody into a restricted bucket").doesNotContain("POLICY_STATUS pg-backups-bucket eu-central-1");
        assertThat(context.incomplete).isEmpty();
    }

    @Test
    void bucketThatMayNotBeLookedAtIsFoundAllTheSame() throws Exception {
        var denied = new ScanException(Category.AWS_CLI, "AccessDenied", "AccessDenied", false, "Access Denied", null);
        context.answers.replaceAll((operation, answer) -> (params, region) -> {
            throw denied;
        });

        var described = scanner.describe(raw("{\"Name\": \"locked\"}"), context);
        var bucket = scanner.transform(described, context);
        var verdicts = scanner.constraints(described, bucket, IamPermissions.unknown(Buckets.ACTIONS, null, "no network"));

        assertThat(bucket.region()).isEqualTo("aws-global");
        assertThat(bucket.tags()).isEmpty();
        assertThat(bucket.metadata()).containsOnlyKeys("denied_details").containsEntry("denied_details", List.of("region", "tags",
                "versioning", "encryption", "lifecycle", "public_access_block", "policy_status"));
        assertThat(context.incomplete).hasSize(7).containsOnly(denied);
        assertThat(verdicts.customConstraints()).as("nothing is claimed of what is not known").isEmpty();
        assertThat(verdicts.hasBackups()).isNull();
    }

    @Test
    void bucketThatHasGoneIsSaidToHaveGone() {
        context.answers.put("s3api get-bucket-lifecycle-configuration", (params, region) -> {
            throw new ScanException(Category.AWS_CLI, "NotFound", "NoSuchBucket", false, "The specified bucket does not exist", null);
        });

        assertThatThrownBy(() -> scanner.describe(raw("{\"Name\": \"virginia\"}"), context))
                .isInstanceOfSatisfying(ScanException.class, e -> assertThat(e.code()).isEqualTo("NotFound"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', nullValues = "none", delimiter = '|', value = {
        "'VERSIONING':{'Status':'Enabled'} | true | true | it keeps versions of its objects",
        "'VERSIONING':{'Status':'Suspended'} | true | none | it keeps no new versions, and replication is not scanned",
        "'VERSIONING':{} | false | none | it keeps no versions, and replication is not scanned",
        "'Denied':['versioning'] | none | none | whether it keeps versions is not known, and replication is not scanned"})
    void versionsAreBackups(String members, Boolean versioned, Boolean backups, String reason) throws Exception {
        var raw = raw(("{'Name':'b'," + members + "}").replace('\'', '"'));
        var verdicts = scanner.constraints(raw, scanner.transform(raw, context), IamPermissions.unknown(Buckets.ACTIONS, null, "no network"));

        assertThat(verdicts.customConstraints().get("versioned")).isEqualTo(versioned);
        assertThat(verdicts.hasBackups()).isEqualTo(backups);
        assertThat(verdicts.reasons()).containsEntry("has_backups", reason);
        assertThat(verdicts.reasons().get("can_delete")).contains(Boolean.TRUE.equals(versioned) ? "old versions too" : "whether it is empty is");
    }

    @Test
    void throttledBucketFailsSoThatTheEstateKeepsItsTags() throws Exception {
        context.answers.put("s3api get-bucket-tagging", (params, region) -> {
            throw new ScanException(Category.AWS_CLI, "Throttled", "SlowDown", true, "Reduce your request rate", null);
        });

        assertThatThrownBy(() -> scanner.describe(raw("{\"Name\": \"busy\", \"BucketRegion\": \"us-east-1\"}"), context))
                .isInstanceOfSatisfying(ScanException.class, e -> assertThat(e.code()).isEqualTo("Throttled"));
    }

    @Test
    void listedDataIsNotChanged() throws Exception {
        var listed = raw("{\"Name\": \"virginia\"}");

        scanner.describe(listed, context);

        assertThat(listed.data()).isEqualTo(raw("{\"Name\": \"virginia\"}").data());
    }

    @Test
    void deletionIsRefusedWhereDeniedAndElseNotPromised() throws Exception {
        var raw = raw("{\"Name\": \"b\"}");
        var bucket = scanner.transform(raw, context);

        var unknown = scanner.constraints(raw, bucket, IamPermissions.unknown(Buckets.ACTIONS, null, "no network"));
        assertThat(unknown.canDelete()).isNull();
        assertThat(unknown.canStop()).isFalse();
    }

    @Test
    void arnsAreOfTheirPartition() throws Exception {
        context.partition = "aws-cn";

        assertThat(scanner.transform(raw("{\"Name\": \"b\"}"), context).arn()).isEqualTo("arn:aws-cn:s3:::b");
    }

    @Test
    void onlyActionsOnBucketsAreAsked() {
        assertThat(scanner.actions(Buckets.NAME)).noneMatch(action -> action.endsWith("Object"));
    }

    private static RawResource raw(String json) throws com.fasterxml.jackson.core.JsonProcessingException {
        JsonNode data = Json.mapper().readTree(json);
        return new RawResource(Buckets.NAME, data);
    }
}
