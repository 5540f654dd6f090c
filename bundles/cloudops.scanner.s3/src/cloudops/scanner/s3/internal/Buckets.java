package cloudops.scanner.s3.internal;

import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * S3 buckets, from ListBuckets and {@link BucketDetails}. The region is the bucket's own, or {@code aws-global} where it may not be asked.
 * ACLs and the public access block of the account, which both have a say in who gets in, are not scanned.
 *
 * <p>The actions are those on buckets only: one on objects, such as {@code s3:GetObject}, is granted on {@code bucket/*} and would always
 * look denied when it is asked of the bucket's own ARN. Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html (only an empty bucket, without versions, can be deleted),
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (the four settings).
 */
final class Buckets implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("s3_bucket", "S3 bucket", true);

    private static final List<String> ACTIONS = List.of("s3:ListBucket", "s3:DeleteBucket", "s3:GetBucketTagging", "s3:PutBucketTagging",
            "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration",
            "s3:PutEncryptionConfiguration", "s3:PutBucketPublicAccessBlock");

    private static final List<String> BLOCKS = List.of("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets");

    /** As many as a page may have; a request with a parameter is answered with the region of each bucket by newer servers. */
    private static final int PAGE = 1000;

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        context.pages("s3api", "list-buckets", object().put("MaxBuckets", PAGE),
                page -> list(page, "Buckets").forEach(bucket -> sink.accept(new RawResource(TYPE.name(), bucket))));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return BucketDetails.added(raw, context);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "Name");
        var region = text(data, BucketDetails.REGION);
        var rules = rules(data);
        var facts = new Facts()
                .put("creation_date", text(data, "CreationDate"))
                .put("versioning", versioning(data))
                .put("mfa_delete", text(Detail.VERSIONING.of(data), "MFADelete"))
                .put("encryption", encryption(data, "SSEAlgorithm"))
                .put("lifecycle_rules", Detail.LIFECYCLE.of(data).isMissingNode() ? null : rules.size())
                .put("expires_objects", rules.isEmpty() ? null : rules.stream().anyMatch(rule -> rule.has("Expiration")))
                .put("blocks_public_access", blocksPublicAccess(data))
                .put("public_by_policy", isPublic(data))
                .put("denied_details", Details.denied(data))
                .relation("encrypted_with", encryption(data, "KMSMasterKeyID"));
        return new Found(TYPE, name, "arn:" + context.partition() + ":s3:::" + name, context)
                .in(region != null ? region : ScanContext.GLOBAL_REGION).tags(tags(Detail.TAGS.of(data), "TagSet")).facts(facts)
                .resource();
    }

    /** {@code Enabled}, {@code Suspended}, or {@code Off} when it was never turned on; null when it is not known. */
    private static String versioning(JsonNode data) {
        var answer = Detail.VERSIONING.of(data);
        var status = text(answer, "Status");
        return status != null || answer.isMissingNode() ? status : "Off";
    }

    /** Of the rule for objects that say nothing themselves: {@code SSEAlgorithm}, {@code KMSMasterKeyID}; null when there is none. */
    private static String encryption(JsonNode data, String member) {
        return list(Detail.ENCRYPTION.of(data), "ServerSideEncryptionConfiguration", "Rules").stream()
                .flatMap(rule -> Stream.ofNullable(text(rule, "ApplyServerSideEncryptionByDefault", member))).findFirst().orElse(null);
    }

    /** Lifecycle rules that are on. */
    private static List<JsonNode> rules(JsonNode data) {
        return list(Detail.LIFECYCLE.of(data), "Rules").stream().filter(rule -> "Enabled".equals(text(rule, "Status"))).toList();
    }

    /** Whether all four settings of the bucket's block are on; null when that is not known. */
    private static Boolean blocksPublicAccess(JsonNode data) {
        var answer = Detail.PUBLIC_ACCESS_BLOCK.of(data);
        return answer.isMissingNode() ? null
                : BLOCKS.stream().allMatch(block -> isTrue(answer, "PublicAccessBlockConfiguration", block));
    }

    /** Whether its policy lets the public in; null when that is not known. */
    private static Boolean isPublic(JsonNode data) {
        if (BucketDetails.isRestricted(data)) {
            return false;
        }
        var answer = Detail.POLICY_STATUS.of(data);
        return answer.isMissingNode() ? null : isTrue(answer, "PolicyStatus", "IsPublic");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource bucket, IamPermissions permissions) {
        var versioning = versioning(data);
        var versioned = versioning == null ? null : !versioning.equals("Off");
        return new Verdicts()
                .neverRuns("a bucket does not run")
                .canDelete(permitted(permissions, "s3:DeleteBucket"), Check.unknown(Boolean.TRUE.equals(versioned)
                        ? "whether it is empty, of old versions too, is not known" : "whether it is empty is not known"))
                .hasBackups("Enabled".equals(versioning) ? true : null, backups(versioning))
                .hasDependencies(null, "what uses it is not known")
                .custom("versioned", versioned)
                .custom("blocks_public_access", blocksPublicAccess(data))
                .custom("public_by_policy", isPublic(data))
                .build();
    }

    private static String backups(String versioning) {
        return switch (versioning) {
            case null -> "whether it keeps versions is not known, and replication is not scanned";
            case "Enabled" -> "it keeps versions of its objects";
            case "Suspended" -> "it keeps no new versions, and replication is not scanned";
            default -> "it keeps no versions, and replication is not scanned";
        };
    }
}
