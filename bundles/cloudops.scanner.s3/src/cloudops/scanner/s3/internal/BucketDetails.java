package cloudops.scanner.s3.internal;

import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;

/**
 * Asks for what ListBuckets does not tell of a bucket.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html (none means us-east-1, EU means eu-west-1), and
 * those at {@link Detail}.
 */
final class BucketDetails {

    static final String REGION = "BucketRegion";

    private BucketDetails() {
    }

    /** The bucket with its region and every {@link Detail} that may be read. */
    static RawResource added(RawResource listed, ScanContext context) throws ScanException, InterruptedException {
        var bucket = new Details(listed, context);
        var request = object().put("Bucket", required(listed.data(), "Name"));
        if (text(bucket.data(), REGION) == null) {
            bucket.ask("region", () -> context.call("s3api", "get-bucket-location", request))
                    .ifPresent(answer -> bucket.set(REGION, region(answer)));
        }
        var known = text(bucket.data(), REGION);
        var region = known != null ? known : context.region();
        for (var detail : Detail.values()) {
            if (detail != Detail.POLICY_STATUS || !isRestricted(bucket.data())) {
                bucket.ask(detail.label(), () -> detail.asked(request, region, context))
                        .ifPresent(answer -> bucket.set(detail.name(), answer));
            }
        }
        return bucket.described();
    }

    /** Whether a public policy would let nobody in from outside, so that it need not be asked whether there is one. */
    static boolean isRestricted(JsonNode bucket) {
        return isTrue(Detail.PUBLIC_ACCESS_BLOCK.of(bucket), "PublicAccessBlockConfiguration", "RestrictPublicBuckets");
    }

    private static JsonNode region(JsonNode answer) {
        var constraint = text(answer, "LocationConstraint");
        return TextNode.valueOf(constraint == null ? "us-east-1" : constraint.equals("EU") ? "eu-west-1" : constraint);
    }
}
