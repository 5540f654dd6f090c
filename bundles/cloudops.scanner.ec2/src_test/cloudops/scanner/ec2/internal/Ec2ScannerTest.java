package cloudops.scanner.ec2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class Ec2ScannerTest {

    private final Ec2Scanner scanner = new Ec2Scanner();
    private final TestContext context = new TestContext();

    @ParameterizedTest
    @CsvSource({"ec2_instance, instances", "ec2_volume, volumes"})
    void makesOfTheAnswerOfAwsWhatTheGoldenFileSays(String type, String file) throws Exception {
        var answer = TestContext.read(file + ".json");
        context.answers.put("ec2 describe-" + file, (params, region) -> answer);
        var resourceType = scanner.resourceTypes().stream().filter(each -> each.name().equals(type)).findFirst().orElseThrow();

        var resources = context.scanned(scanner, resourceType);

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read(file + ".expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"Reservations\": null}", "{\"Reservations\": []}", "{\"Reservations\": [{}]}"})
    void findsNothingWhereThereIsNothing(String answer) throws Exception {
        context.answers.put("ec2 describe-instances", (params, region) -> json(answer));

        assertThat(context.scanned(scanner, Instances.TYPE)).isEmpty();
    }

    @Test
    void instanceWithoutIdentifierIsRefused() {
        var raw = new RawResource(Instances.NAME, json("{\"State\": {\"Name\": \"running\"}}"));

        assertThatThrownBy(() -> scanner.transform(raw, context)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("InstanceId");
    }

    @Test
    void arnsAreOfTheirPartition() {
        context.partition = "aws-us-gov";

        assertThat(scanner.transform(new RawResource(Volumes.NAME, json("{\"VolumeId\": \"vol-1\"}")), context).arn())
                .isEqualTo("arn:aws-us-gov:ec2:us-west-2:123456789012:volume/vol-1");
    }

    @Test
    void stoppedInstanceCanBeStartedAndNotStopped() {
        var verdicts = instance("stopped", "ebs", granted("ec2:StopInstances", "ec2:StartInstances"));

        assertThat(verdicts.canStart()).isTrue();
        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.reasons()).containsEntry("can_stop", "state is stopped");
    }

    @Test
    void instanceStoreCannotBeStopped() {
        var verdicts = instance("running", "instance-store", granted("ec2:StopInstances"));

        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.reasons()).containsEntry("can_stop", "its root device is an instance store");
    }

    @Test
    void unknownPermissionMakesTheVerdictUnknownAndADeniedOneFalse() {
        var unknown = instance("running", "ebs", IamPermissions.unknown(Instances.ACTIONS, null, "no network"));
        assertThat(unknown.canStop()).isNull();
        assertThat(unknown.reasons()).containsEntry("can_stop", "permission not known: ec2:StopInstances");

        var denied = instance("running", "ebs", new IamPermissions(List.of(), List.of("ec2:StopInstances"), List.of(), null,
                PermissionSource.EVALUATED, null, Map.of()));
        assertThat(denied.canStop()).isFalse();
        assertThat(denied.reasons()).containsEntry("can_stop", "denied: ec2:StopInstances");
    }

    @Test
    void terminationIsNeverPromisedAndRefusedForATerminatedInstance() {
        assertThat(instance("running", "ebs", granted("ec2:TerminateInstances")).canDelete()).isNull();
        assertThat(instance("terminated", "ebs", granted("ec2:TerminateInstances")).canDelete()).isFalse();
    }

    @Test
    void availableVolumeCanBeDeletedAndAnAttachedOneNot() {
        assertThat(volume("available", granted("ec2:DeleteVolume")).canDelete()).isTrue();
        assertThat(volume("in-use", granted("ec2:DeleteVolume")).canDelete()).isFalse();
    }

    @Test
    void typeOfAnotherServiceIsRefused() {
        assertThatThrownBy(() -> scanner.transform(new RawResource("rds_instance", json("{}")), context))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("rds_instance");
    }

    private ResourceConstraints instance(String state, String root, IamPermissions permissions) {
        var data = json("{\"InstanceId\": \"i-1\"}").put("RootDeviceType", root);
        data.putObject("State").put("Name", state);
        return judged(new RawResource(Instances.NAME, data), permissions);
    }

    private ResourceConstraints volume(String state, IamPermissions permissions) {
        return judged(new RawResource(Volumes.NAME, json("{\"VolumeId\": \"vol-1\"}").put("State", state)), permissions);
    }

    private ResourceConstraints judged(RawResource raw, IamPermissions permissions) {
        return scanner.constraints(raw, scanner.transform(raw, context), permissions);
    }

    private static IamPermissions granted(String... actions) {
        return new IamPermissions(List.of(actions), List.of(), List.of(), null, PermissionSource.SIMULATED, null, Map.of());
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.mapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
