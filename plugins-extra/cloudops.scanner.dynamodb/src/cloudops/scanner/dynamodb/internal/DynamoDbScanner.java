package cloudops.scanner.dynamodb.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
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
 * DynamoDB: tables, from ListTables and three calls a table: DescribeTable, DescribeContinuousBackups, ListTagsOfResource. Item counts and
 * sizes change by themselves and are left out.
 *
 * <p>Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html (members and states),
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html (not while it is created or updated),
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html (deletion protection),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html (actions on tables).
 */
@Component
public final class DynamoDbScanner implements ServiceScanner {

    static final ResourceType TABLE = new ResourceType("dynamodb_table", "DynamoDB table", false);

    private static final List<String> ACTIONS = List.of("dynamodb:DescribeTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable",
            "dynamodb:CreateBackup", "dynamodb:UpdateContinuousBackups", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
            "dynamodb:Scan", "dynamodb:TagResource", "dynamodb:UntagResource");

    @Override
    public String serviceName() {
        return "dynamodb";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(TABLE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        for (var name : texts(context.call("dynamodb", "list-tables", object()), "TableNames")) {
            sink.accept(new RawResource(type.name(), object().put("TableName", name)));
        }
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var table = object().put("TableName", required(raw.data(), "TableName"));
        var details = new Details(raw, context)
                .add("table", "dynamodb", "describe-table", table)
                .add("continuous backups", "dynamodb", "describe-continuous-backups", table);
        return details.add("tags", "dynamodb", "list-tags-of-resource", object().put("ResourceArn", arn(details.data(), context)))
                .described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var name = required(raw.data(), "TableName");
        return new Found(TABLE, name, arn(raw.data(), context), context)
                .state(text(raw.data(), "Table", "TableStatus")).tags(tags(raw.data(), "Tags")).facts(facts(raw.data(), context))
                .resource();
    }

    private static String arn(JsonNode data, ScanContext context) {
        var given = text(data, "Table", "TableArn");
        return given != null ? given : context.arn("dynamodb", "table/" + required(data, "TableName"));
    }

    private static Facts facts(JsonNode data, ScanContext context) {
        var table = data.path("Table");
        var mode = text(table, "BillingModeSummary", "BillingMode");
        return new Facts()
                .put("billing_mode", mode != null || table.isMissingNode() ? mode : "PROVISIONED")
                .put("read_capacity", number(table, "ProvisionedThroughput", "ReadCapacityUnits"))
                .put("write_capacity", number(table, "ProvisionedThroughput", "WriteCapacityUnits"))
                .put("table_class", text(table, "TableClassSummary", "TableClass"))
                .put("partition_key", key(table, "HASH"))
                .put("sort_key", key(table, "RANGE"))
                .put("indexes", texts(list(table, "GlobalSecondaryIndexes"), "IndexName"))
                .put("stream", text(table, "LatestStreamArn"))
                .put("deletion_protection", flag(table, "DeletionProtectionEnabled"))
                .put("point_in_time_recovery", recovery(data))
                .put("replica_regions", replicas(table))
                .put("create_time", time(table, "CreationDateTime"))
                .put("denied_details", Details.denied(data))
                .relation("encrypted_with", text(table, "SSEDescription", "KMSMasterKeyArn"))
                .relations("has_replica", replicas(table).stream()
                        .map(region -> arn(data, context).replace(":" + context.region() + ":", ":" + region + ":")).toList());
    }

    private static String key(JsonNode table, String type) {
        return list(table, "KeySchema").stream().filter(key -> type.equals(text(key, "KeyType"))).findFirst()
                .map(key -> text(key, "AttributeName")).orElse(null);
    }

    private static List<String> replicas(JsonNode table) {
        return texts(list(table, "Replicas"), "RegionName");
    }

    /** {@code ENABLED}, {@code DISABLED}, or null when it is not known. */
    private static String recovery(JsonNode data) {
        return text(data, "ContinuousBackupsDescription", "PointInTimeRecoveryDescription", "PointInTimeRecoveryStatus");
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var table = raw.data().path("Table");
        var recovery = recovery(raw.data());
        var replicas = replicas(table);
        return new Verdicts()
                .neverRuns("a table does not run")
                .canDelete(stateIsNot(resource, "CREATING", "UPDATING", "DELETING"),
                        unless(isTrue(table, "DeletionProtectionEnabled"), "deletion protection is on"),
                        permitted(permissions, "dynamodb:DeleteTable"))
                .hasBackups(recovery == null ? null : "ENABLED".equals(recovery), recovery == null
                        ? "whether point-in-time recovery is on is not known" : "point-in-time recovery: " + recovery)
                .hasDependencies(resource.state() == null ? null : !replicas.isEmpty(),
                        replicas.isEmpty() ? null : "replicas in " + String.join(", ", replicas))
                .custom("deletion_protection", flag(table, "DeletionProtectionEnabled"))
                .build();
    }
}
