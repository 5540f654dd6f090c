package cloudops.scanner.kms.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIsNot;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * KMS: customer keys with their aliases, from ListKeys, ListAliases and two calls a key: DescribeKey and ListResourceTags. Keys that AWS
 * manages are left out; they are those with an alias {@code alias/aws/…}.
 *
 * <p>Sources: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html (members and states),
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk (aliases of AWS managed keys),
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html (what each state allows),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html (actions on keys).
 */
@Component
public final class KmsScanner implements ServiceScanner {

    static final ResourceType KEY = new ResourceType("kms_key", "KMS key", false);

    private static final List<String> ACTIONS = List.of("kms:DescribeKey", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey",
            "kms:EnableKey", "kms:DisableKey", "kms:EnableKeyRotation", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion",
            "kms:PutKeyPolicy", "kms:TagResource", "kms:UntagResource");

    private static final String ALIAS = "alias/";

    @Override
    public String serviceName() {
        return "kms";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(KEY);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var aliases = list(context.call("kms", "list-aliases", object()), "Aliases");
        for (var key : list(context.call("kms", "list-keys", object()), "Keys")) {
            var own = texts(aliases.stream().filter(alias -> key.path("KeyId").equals(alias.path("TargetKeyId"))).toList(), "AliasName");
            if (own.stream().noneMatch(name -> name.startsWith(ALIAS + "aws/"))) {
                ObjectNode named = key.deepCopy();
                own.forEach(named.putArray("Aliases")::add);
                sink.accept(new RawResource(type.name(), named));
            }
        }
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var key = object().put("KeyId", required(raw.data(), "KeyId"));
        return new Details(raw, context)
                .add("key", "kms", "describe-key", key)
                .add("tags", "kms", "list-resource-tags", key)
                .described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var id = required(data, "KeyId");
        var name = aliases(data).stream().findFirst().orElse(id);
        return new Found(KEY, id, required(data, "KeyArn"), context)
                .name(name).state(text(data, "KeyMetadata", "KeyState")).tags(tags(data, "Tags")).facts(facts(data)).resource();
    }

    private static List<String> aliases(JsonNode data) {
        return texts(data, "Aliases").stream().map(alias -> alias.startsWith(ALIAS) ? alias.substring(ALIAS.length()) : alias).toList();
    }

    private static Facts facts(JsonNode data) {
        var key = data.path("KeyMetadata");
        var regions = key.path("MultiRegionConfiguration");
        return new Facts()
                .put("aliases", aliases(data))
                .put("description", text(key, "Description"))
                .put("usage", text(key, "KeyUsage"))
                .put("spec", text(key, "KeySpec"))
                .put("origin", text(key, "Origin"))
                .put("manager", text(key, "KeyManager"))
                .put("multi_region", text(regions, "MultiRegionKeyType"))
                .put("create_time", time(key, "CreationDate"))
                .put("deletion_time", time(key, "DeletionDate"))
                .put("denied_details", Details.denied(data))
                .relation("replica_of", "REPLICA".equals(text(regions, "MultiRegionKeyType")) ? text(regions, "PrimaryKey", "Arn") : null)
                .relations("has_replica", "PRIMARY".equals(text(regions, "MultiRegionKeyType"))
                        ? texts(list(regions, "ReplicaKeys"), "Arn") : List.of());
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var key = raw.data().path("KeyMetadata");
        return new Verdicts()
                .neverRuns("a key is not stopped; it is disabled")
                .canDelete(stateIsNot(resource, "PendingDeletion", "PendingReplicaDeletion", "Creating", "Updating"),
                        unless("AWS".equals(text(key, "KeyManager")), "AWS manages it"),
                        permitted(permissions, "kms:ScheduleKeyDeletion"))
                .hasBackups(false, "what a deleted key has encrypted cannot be read again")
                .hasDependencies(null, "what is encrypted with it is not known")
                .custom("enabled", flag(key, "Enabled"))
                .build();
    }
}
