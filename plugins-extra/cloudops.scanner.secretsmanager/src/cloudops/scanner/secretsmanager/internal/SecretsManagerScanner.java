package cloudops.scanner.secretsmanager.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * Secrets Manager: secrets, from ListSecrets: their names and what is known about them, never a value. Those that wait for their deletion
 * are listed too. When a secret was last read changes by itself and is left out.
 *
 * <p>Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html (members),
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html (replicas go first),
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html (some are deleted by the service that made them),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html (actions on secrets).
 */
@Component
public final class SecretsManagerScanner implements ServiceScanner {

    static final ResourceType SECRET = new ResourceType("secretsmanager_secret", "Secrets Manager secret", false);

    private static final List<String> ACTIONS = List.of("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret", "secretsmanager:RotateSecret", "secretsmanager:DeleteSecret",
            "secretsmanager:RestoreSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource");

    @Override
    public String serviceName() {
        return "secretsmanager";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(SECRET);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("secretsmanager", "list-secrets", object().put("IncludePlannedDeletion", true)), "SecretList")
                .forEach(secret -> sink.accept(new RawResource(type.name(), secret)));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var name = required(data, "Name");
        return new Found(SECRET, name, required(data, "ARN"), context)
                .tags(tags(data, "Tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("description", text(data, "Description"))
                .put("rotation_enabled", flag(data, "RotationEnabled"))
                .put("rotation_days", number(data, "RotationRules", "AutomaticallyAfterDays"))
                .put("managed_by", text(data, "OwningService"))
                .put("primary_region", text(data, "PrimaryRegion"))
                .put("create_time", time(data, "CreatedDate"))
                .put("change_time", time(data, "LastChangedDate"))
                .put("rotation_time", time(data, "LastRotatedDate"))
                .put("deletion_time", time(data, "DeletedDate"))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relation("rotated_by", text(data, "RotationLambdaARN"));
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var data = raw.data();
        var deletion = time(data, "DeletedDate");
        var owner = text(data, "OwningService");
        return new Verdicts()
                .neverRuns("a secret does not run")
                .canDelete(unless(deletion != null, "its deletion is scheduled: " + deletion),
                        unless(owner != null, "it is managed by " + owner), replicated(text(data, "PrimaryRegion"), resource.region()),
                        permitted(permissions, "secretsmanager:DeleteSecret"))
                .hasBackups(deletion != null ? Boolean.TRUE : null, deletion != null ? "it can be restored until it is deleted"
                        : "whether it has replicas is not known")
                .hasDependencies(null, "what reads it is not known")
                .custom("rotation_enabled", flag(data, "RotationEnabled"))
                .build();
    }

    /** @param primary region of the secret that replicas copy; null for one that is not replicated */
    private static Check replicated(String primary, String region) {
        if (primary == null) {
            return Check.ok();
        }
        return primary.equals(region) ? Check.unknown("whether it still has replicas is not known")
                : Check.no("it is a replica of the secret in " + primary + " and is removed from there");
    }
}
