package cloudops.scanner.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    private final ArrayList<String> taggingRegions = new ArrayList<>();

    @BeforeEach
    void answer() throws Exception {
        var buckets = TestContext.read("buckets.json");
        context.answers.put("s3api list-buckets", (params, region) -> buckets);
        context.answers.put("s3api get-bucket-location", (params, region) -> switch (params.path("Bucket").asText()) {
            case "old.bucket" -> JsonNodeFactory.instance.objectNode().put("LocationConstraint", "EU");
            case "virginia" -> JsonNodeFactory.instance.objectNode().putNull("LocationConstraint");
            default -> throw new AssertionError("the listing says where it is");
        });
        context.answers.put("s3api get-bucket-tagging", (params, region) -> {
            taggingRegions.add(region);
            if (params.path("Bucket").asText().equals("pg-backups-bucket")) {
                var answer = JsonNodeFactory.instance.objectNode();
                answer.putArray("TagSet").addObject().put("Key", "team").put("Value", "it's \"ours\" $(ls)\n\u202e\ud83d\ude80");
                return answer;
            }
            throw new ScanException(Category.AWS_CLI, "NotFound", "NoSuchTagSet", false, "The TagSet does not exist", null);
        });
    }

    @Test
    void makesOfTheAnswersOfAwsWhatTheGoldenFileSays() throws Exception {
        var resources = context.scanned(scanner, Buckets.TYPE);

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read("buckets.expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
        assertThat(taggingRegions).as("tags are asked where the bucket is").containsExactly("eu-central-1", "eu-west-1", "us-east-1");
        assertThat(context.incomplete).isEmpty();
    }

    @Test
    void bucketThatMayNotBeLookedAtIsFoundAllTheSame() throws Exception {
        var denied = new ScanException(Category.AWS_CLI, "AccessDenied", "AccessDenied", false, "Access Denied", null);
        context.answers.put("s3api get-bucket-location", (params, region) -> {
            throw denied;
        });
        context.answers.put("s3api get-bucket-tagging", (params, region) -> {
            throw denied;
        });

        var described = scanner.describe(raw("{\"Name\": \"locked\"}"), context);
        var bucket = scanner.transform(described, context);

        assertThat(bucket.region()).isEqualTo("aws-global");
        assertThat(bucket.tags()).isEmpty();
        assertThat(bucket.metadata().get("denied_details")).isEqualTo(java.util.List.of("region", "tags"));
        assertThat(context.incomplete).containsExactly(denied, denied);
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
