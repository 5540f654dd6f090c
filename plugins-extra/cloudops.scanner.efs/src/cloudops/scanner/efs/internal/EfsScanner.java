package cloudops.scanner.efs.internal;

import static cloudops.scanner.spi.AwsJson.flag;
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
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * EFS: file systems, from DescribeFileSystems and a call a file system for its mount targets. Their sizes change by themselves and are left
 * out.
 *
 * <p>Sources: https://docs.aws.amazon.com/efs/latest/ug/API_FileSystemDescription.html (members and states),
 * https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html (not with mount targets, nor in a replication),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticfilesystem.html (actions on file systems).
 */
@Component
public final class EfsScanner implements ServiceScanner {

    static final ResourceType FILE_SYSTEM = new ResourceType("efs_file_system", "EFS file system", false);

    private static final List<String> ACTIONS = List.of("elasticfilesystem:DescribeFileSystems", "elasticfilesystem:UpdateFileSystem",
            "elasticfilesystem:DeleteFileSystem", "elasticfilesystem:CreateMountTarget", "elasticfilesystem:DeleteMountTarget",
            "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:PutBackupPolicy",
            "elasticfilesystem:TagResource", "elasticfilesystem:UntagResource");

    @Override
    public String serviceName() {
        return "efs";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(FILE_SYSTEM);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("efs", "describe-file-systems", object()), "FileSystems")
                .forEach(fileSystem -> sink.accept(new RawResource(type.name(), fileSystem)));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var fileSystem = object().put("FileSystemId", required(raw.data(), "FileSystemId"));
        return new Details(raw, context).add("mount targets", "efs", "describe-mount-targets", fileSystem).described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var id = required(data, "FileSystemId");
        var given = text(data, "FileSystemArn");
        return new Found(FILE_SYSTEM, id, given != null ? given : context.arn("elasticfilesystem", "file-system/" + id), context)
                .name(text(data, "Name")).state(text(data, "LifeCycleState")).tags(tags(data, "Tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var targets = list(data, "MountTargets");
        return new Facts()
                .put("performance_mode", text(data, "PerformanceMode"))
                .put("throughput_mode", text(data, "ThroughputMode"))
                .put("provisioned_throughput_mibps", data.path("ProvisionedThroughputInMibps").numberValue())
                .put("encrypted", flag(data, "Encrypted"))
                .put("availability_zone", text(data, "AvailabilityZoneName"))
                .put("mount_targets", number(data, "NumberOfMountTargets"))
                .put("ip_addresses", texts(targets, "IpAddress"))
                .put("create_time", time(data, "CreationTime"))
                .put("denied_details", Details.denied(data))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relations("in_vpc", texts(targets, "VpcId"))
                .relations("in_subnet", texts(targets, "SubnetId"));
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var targets = number(raw.data(), "NumberOfMountTargets");
        return new Verdicts()
                .neverRuns("a file system does not run")
                .canDelete(stateIsNot(resource, "creating", "updating", "deleting", "deleted"),
                        targets == null ? Check.unknown("whether it has mount targets is not known")
                                : unless(targets > 0, "it has mount targets: " + targets),
                        unless("REPLICATING".equals(text(raw.data(), "FileSystemProtection", "ReplicationOverwriteProtection")),
                                "it is the destination of a replication"),
                        permitted(permissions, "elasticfilesystem:DeleteFileSystem"))
                .hasBackups(null, "backup policies are not scanned")
                .hasDependencies(targets == null ? null : targets > 0, targets == null || targets == 0 ? null : "mount targets: " + targets)
                .custom("encrypted", flag(raw.data(), "Encrypted"))
                .build();
    }
}
