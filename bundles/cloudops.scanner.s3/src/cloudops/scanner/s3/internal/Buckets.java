package cloudops.scanner.s3.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * S3 buckets, from ListBuckets and {@link BucketDetails}. The region is the bucket's own, or {@code aws-global} where it may not be asked.
 *
 * <p>The actions are those on buckets only: one on objects, such as {@code s3:GetObject}, is granted on {@code bucket/*} and would always
 * look denied when it is asked of the bucket's own ARN. Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html (only an empty bucket can be deleted).
 */
final class Buckets {

    static final String NAME = "s3_bucket";
    static final ResourceType TYPE = new ResourceType(NAME, "S3 bucket", true);

    static final List<String> ACTIONS = List.of("s3:ListBucket", "s3:DeleteBucket", "s3:GetBucketTagging", "s3:PutBucketTagging",
            "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration",
            "s3:PutBucketPublicAccessBlock");

    private Buckets() {
    }

    static AwsResource resource(JsonNode data, ScanContext context) {
        var name = required(data, "Name");
        var region = text(data, BucketDetails.REGION);
        var facts = new Facts()
                .put("creation_date", text(data, "CreationDate"))
                .put("denied_details", list(data, BucketDetails.DENIED).stream().map(JsonNode::asText).toList());
        return new AwsResource(NAME, name, context.accountId(), context.accountName(),
                region != null ? region : ScanContext.GLOBAL_REGION, "s3", "arn:" + context.partition() + ":s3:::" + name, name, null,
                tags(data, BucketDetails.TAGS), context.startedAt(), null, null, facts.toMap());
    }

    static ResourceConstraints constraints(IamPermissions permissions) {
        return new Verdicts()
                .canStop(Check.no("a bucket does not run"))
                .canStart(Check.no("a bucket does not run"))
                .canDelete(permitted(permissions, "s3:DeleteBucket"), Check.unknown("whether it is empty is not known"))
                .hasBackups(null, "versions and replication are not scanned")
                .hasDependencies(null, "what uses it is not known")
                .build();
    }
}
