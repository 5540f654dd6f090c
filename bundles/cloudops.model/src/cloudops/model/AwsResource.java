package cloudops.model;

import static java.util.Objects.requireNonNull;

import java.text.Normalizer;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One resource of the estate as the last scan saw it.
 *
 * @param resourceType {@code <service>_<kind>}: {@code ec2_instance}, {@code rds_instance}, {@code s3_bucket}
 * @param identifier the service's own ID of the resource
 * @param accountId 12-digit AWS account ID
 * @param accountName what the user calls the account
 * @param region AWS region of the resource
 * @param service whose scanner finds it: AWS service as the AWS CLI names it, or {@code vpc} for the networks among what EC2 has
 * @param arn Amazon Resource Name
 * @param name the {@code Name} tag or the service's name, else the identifier
 * @param state the service's own word for the state; null for types that have none
 * @param tags all tags
 * @param lastSynced when a scan last saw the resource
 * @param iam what the scanning user may do to it
 * @param constraints what its state allows
 * @param metadata service-specific facts as JSON values (maps, lists, strings, numbers, booleans)
 */
public record AwsResource(String resourceType, String identifier, String accountId, String accountName, String region,
        String service, String arn, String name, String state, Map<String, String> tags, Instant lastSynced,
        IamPermissions iam, ResourceConstraints constraints, Map<String, Object> metadata) {

    public AwsResource {
        requireNonNull(resourceType, "resourceType");
        requireNonNull(identifier, "identifier");
        requireNonNull(accountId, "accountId");
        requireNonNull(region, "region");
        requireNonNull(service, "service");
        requireNonNull(arn, "arn");
        requireNonNull(lastSynced, "lastSynced");
        accountName = accountName == null || accountName.isBlank() ? accountId : accountName;
        name = name == null || name.isBlank() ? identifier : name;
        tags = tags == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        iam = iam == null ? IamPermissions.unknown(java.util.List.of(), null, "not examined") : iam;
        constraints = constraints == null ? ResourceConstraints.UNKNOWN : constraints;
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    public ResourceKey key() {
        return new ResourceKey(accountId, region, resourceType, identifier);
    }

    /**
     * Whether {@code text} is all of its name, identifier or ARN, or of {@link ResourceKey#displayId}. Upper case, white space around it and the way in
     * which an accent is encoded do not count.
     */
    public boolean isCalled(String text) {
        var typed = typed(text);
        return Stream.of(name, identifier, arn, key().displayId()).anyMatch(own -> typed(own).equalsIgnoreCase(typed));
    }

    private static String typed(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }

    public AwsResource withIam(IamPermissions permissions) {
        return new AwsResource(resourceType, identifier, accountId, accountName, region, service, arn, name, state, tags,
                lastSynced, permissions, constraints, metadata);
    }

    public AwsResource withConstraints(ResourceConstraints verdicts) {
        return new AwsResource(resourceType, identifier, accountId, accountName, region, service, arn, name, state, tags,
                lastSynced, iam, verdicts, metadata);
    }
}
