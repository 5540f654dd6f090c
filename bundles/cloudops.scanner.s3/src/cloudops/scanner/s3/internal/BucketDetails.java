package cloudops.scanner.s3.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/**
 * Asks for what ListBuckets does not tell of a bucket. What a bucket's policy denies is noted in {@link #DENIED} and reported: the bucket is
 * there and shall be found. Any other failure fails the bucket, so that the estate keeps what it knows of it.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html (none means us-east-1, EU means eu-west-1), and
 * those at {@link Detail}.
 */
final class BucketDetails {

    static final String REGION = "BucketRegion";
    static final String DENIED = "Denied";

    private BucketDetails() {
    }

    /** A copy of a bucket's element of the listing, with its region and every {@link Detail} that may be read. */
    static ObjectNode added(JsonNode listed, ScanContext context) throws ScanException, InterruptedException {
        ObjectNode bucket = listed.deepCopy();
        var request = JsonNodeFactory.instance.objectNode().put("Bucket", AwsJson.required(listed, "Name"));
        if (AwsJson.text(bucket, REGION) == null) {
            try {
                bucket.put(REGION, region(context.call("s3api", "get-bucket-location", request)));
            } catch (ScanException e) {
                denied("region", bucket, e, context);
            }
        }
        var region = AwsJson.text(bucket, REGION);
        for (var detail : Detail.values()) {
            if (detail != Detail.POLICY_STATUS || !isRestricted(bucket)) {
                add(detail, bucket, request, region != null ? region : context.region(), context);
            }
        }
        return bucket;
    }

    private static void add(Detail detail, ObjectNode bucket, ObjectNode request, String region, ScanContext context)
            throws ScanException, InterruptedException {
        try {
            bucket.set(detail.name(), context.call("s3api", detail.operation(), request, region));
        } catch (ScanException e) {
            if (e.awsCode().equals(detail.absent())) {
                bucket.putObject(detail.name());
            } else {
                denied(detail.label(), bucket, e, context);
            }
        }
    }

    /** Whether a public policy would let nobody in from outside, so that it need not be asked whether there is one. */
    static boolean isRestricted(JsonNode bucket) {
        return Boolean.TRUE.equals(AwsJson.flag(Detail.PUBLIC_ACCESS_BLOCK.of(bucket), "PublicAccessBlockConfiguration",
                "RestrictPublicBuckets"));
    }

    private static String region(JsonNode answer) {
        var constraint = AwsJson.text(answer, "LocationConstraint");
        if (constraint == null) {
            return "us-east-1";
        }
        return "EU".equals(constraint) ? "eu-west-1" : constraint;
    }

    private static void denied(String what, ObjectNode bucket, ScanException e, ScanContext context) throws ScanException {
        if (!"AccessDenied".equals(e.code()) && !"ExplicitDeny".equals(e.code())) {
            throw e;
        }
        bucket.withArray(DENIED).add(what);
        context.incomplete(e);
    }
}
