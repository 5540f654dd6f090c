package cloudops.scanner.s3.internal;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/**
 * What is asked of each bucket, a call each. In a bucket's data the whole answer is a member with the constant's name: an empty object where
 * nothing of the kind is configured, missing where it may not be read.
 *
 * <p>Sources, each with the error that means "none": https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html,
 * API_GetBucketVersioning.html (no status: never turned on), API_GetBucketEncryption.html, API_GetBucketLifecycleConfiguration.html,
 * API_GetPublicAccessBlock.html, API_GetBucketPolicyStatus.html; https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
 */
enum Detail {

    TAGS("get-bucket-tagging", "NoSuchTagSet"),
    VERSIONING("get-bucket-versioning", null),
    ENCRYPTION("get-bucket-encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    LIFECYCLE("get-bucket-lifecycle-configuration", "NoSuchLifecycleConfiguration"),
    PUBLIC_ACCESS_BLOCK("get-public-access-block", "NoSuchPublicAccessBlockConfiguration"),
    /** Last: it is only asked where the public access block leaves it open. */
    POLICY_STATUS("get-bucket-policy-status", "NoSuchBucketPolicy");

    private final String operation;
    /** AWS's error code for "there is none"; null when the answer says so itself. */
    private final String absent;

    Detail(String operation, String absent) {
        this.operation = operation;
        this.absent = absent;
    }

    /** The answer; an empty object when there is nothing of the kind. @param request that names the bucket @param region the bucket's */
    JsonNode asked(JsonNode request, String region, ScanContext context) throws ScanException, InterruptedException {
        try {
            return context.call("s3api", operation, request, region);
        } catch (ScanException e) {
            if (e.awsCode().equals(absent)) {
                return AwsJson.object();
            }
            throw e;
        }
    }

    /** As the bucket's metadata name it where it is denied. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The answer in a bucket's data; a missing node when it could not be read. */
    JsonNode of(JsonNode bucket) {
        return bucket.path(name());
    }
}
