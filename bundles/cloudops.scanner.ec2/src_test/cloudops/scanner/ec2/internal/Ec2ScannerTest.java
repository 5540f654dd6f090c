package cloudops.scanner.ec2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.json.Json;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class Ec2ScannerTest extends ScannerContract {

    private static final Ec2Scanner SCANNER = new Ec2Scanner();

    Ec2ScannerTest() {
        super(SCANNER);
    }

    @Test
    void stoppedInstanceCanBeStartedAndNotStopped() throws Exception {
        var verdicts = instance("stopped", "ebs", "ec2:StopInstances", "ec2:StartInstances");

        assertThat(verdicts.canStart()).isTrue();
        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.reasons()).containsEntry("can_stop", "state is stopped");
    }

    @Test
    void instanceStoreCannotBeStopped() throws Exception {
        var verdicts = instance("running", "instance-store", "ec2:StopInstances");

        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.reasons()).containsEntry("can_stop", "its root device is an instance store");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'State':{'Name':'running'}                                                             | true  | false",
        "'State':{'Name':'stopped'}                                                             | false | true",
        "'State':{'Name':'stopping'}                                                            | false | false",
        "'State':{'Name':'running'},'InstanceLifecycle':'spot'                                  | none  | false",
        "'State':{'Name':'stopped'},'InstanceLifecycle':'spot'                                  | false | none",
        "'State':{'Name':'running'},'Operator':{'Managed':true,'Principal':'eks.amazonaws.com'} | none  | false",
        "'State':{'Name':'stopped'},'Operator':{'Managed':true}                                 | false | none",
        "'Other':1                                                                              | none  | none",
    })
    void stopsAndStartsWhatAwsDoes(String members, Boolean canStop, Boolean canStart) throws Exception {
        var verdicts = judged("ec2_instance", "{'InstanceId':'i'," + members + "}", "ec2:StopInstances", "ec2:StartInstances");

        assertThat(verdicts.canStop()).isEqualTo(canStop);
        assertThat(verdicts.canStart()).isEqualTo(canStart);
    }

    @Test
    void unknownPermissionMakesTheVerdictUnknownAndADeniedOneFalse() throws Exception {
        var unknown = instance("running", "ebs");
        assertThat(unknown.canStop()).isNull();
        assertThat(unknown.reasons()).containsEntry("can_stop", "permission not known: ec2:StopInstances");

        var raw = raw("ec2_instance", "{'InstanceId':'i-1','State':{'Name':'running'}}");
        var resource = SCANNER.transform(raw, new AnsweredAccount("aws"));
        var denied = SCANNER.constraints(raw, resource, new IamPermissions(List.of(), List.of("ec2:StopInstances"), List.of(), null,
                PermissionSource.EVALUATED, null, Map.of()));
        assertThat(denied.canStop()).isFalse();
        assertThat(denied.reasons()).containsEntry("can_stop", "denied: ec2:StopInstances");
    }

    @Test
    void terminationIsPromisedOfSpotInstancesOnlyAndRefusedForATerminatedOne() throws Exception {
        var spot = judged("ec2_instance", "{'InstanceId':'i','InstanceLifecycle':'spot','State':{'Name':'running'}}", "ec2:TerminateInstances");
        assertDeletable(spot, true, null);
        assertThat(instance("running", "ebs", "ec2:TerminateInstances").canDelete()).isNull();
        assertThat(instance("terminated", "ebs", "ec2:TerminateInstances").canDelete()).isFalse();
    }

    /** Of a principal that may do anything. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "ec2_volume     | 'VolumeId':'v','State':'available'                       | true  | none",
        "ec2_volume     | 'VolumeId':'v','State':'in-use'                          | false | state is in-use",
        "ec2_volume     | 'VolumeId':'v'                                           | none  | the state is not known",
        "ec2_volume     | 'VolumeId':'v','State':'available','Operator':{'Managed':true,'Principal':'eks.amazonaws.com'} "
                + "| none | eks.amazonaws.com operates it and may not allow it",
        "ec2_snapshot   | 'SnapshotId':'s','State':'completed'                     | none  | whether an image uses it is not known",
        "ec2_snapshot   | 'SnapshotId':'s','State':'recoverable'                   | false | state is recoverable",
        "ec2_snapshot   | 'SnapshotId':'s','State':'completed','Tags':[{'Key':'aws:backup:source-resource','Value':'v'}] | false | AWS Backup manages it",
        "ec2_image      | 'ImageId':'i','State':'available','DeregistrationProtection':'disabled' | true | none",
        "ec2_image      | 'ImageId':'i','State':'available','DeregistrationProtection':'enabled-without-cooldown' | false "
                + "| deregistration protection is enabled-without-cooldown",
        "ec2_image      | 'ImageId':'i','State':'available'                        | none  | whether deregistration protection is on is not known",
        "ec2_key_pair   | 'KeyName':'k'                                            | true  | none",
        "ec2_elastic_ip | 'AllocationId':'a'                                       | true  | none",
        "ec2_elastic_ip | 'AllocationId':'a','AssociationId':'b','InstanceId':'i'  | false | associated with i",
        "ec2_elastic_ip | 'AllocationId':'a','ServiceManaged':'alb'                | false | AWS manages it for alb",
    })
    void deletesWhatAwsDeletes(String type, String members, Boolean canDelete, String reason) throws Exception {
        var verdicts = judged(type, "{" + members + "}", SCANNER.actions(type).toArray(String[]::new));

        assertDeletable(verdicts, canDelete, reason);
        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.canStart()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ec2_instance   | InstanceId   | i-1        | arn:aws-cn:ec2:us-west-2:123456789012:instance/i-1",
        "ec2_volume     | VolumeId     | vol-1      | arn:aws-cn:ec2:us-west-2:123456789012:volume/vol-1",
        "ec2_snapshot   | SnapshotId   | snap-1     | arn:aws-cn:ec2:us-west-2::snapshot/snap-1",
        "ec2_image      | ImageId      | ami-1      | arn:aws-cn:ec2:us-west-2::image/ami-1",
        "ec2_key_pair   | KeyName      | ops        | arn:aws-cn:ec2:us-west-2:123456789012:key-pair/ops",
        "ec2_elastic_ip | AllocationId | eipalloc-1 | arn:aws-cn:ec2:us-west-2:123456789012:elastic-ip/eipalloc-1",
    })
    void arnsAreOfTheirPartition(String type, String member, String identifier, String arn) {
        var raw = new RawResource(type, Json.mapper().createObjectNode().put(member, identifier));

        assertThat(SCANNER.transform(raw, new AnsweredAccount("aws-cn")).arn()).isEqualTo(arn);
    }

    private ResourceConstraints instance(String state, String root, String... allowed) throws Exception {
        return judged("ec2_instance", "{'InstanceId':'i-1','RootDeviceType':'%s','State':{'Name':'%s'}}".formatted(root, state), allowed);
    }
}
