package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.internal.RequestReader.MismatchException;
import cloudops.json.Json;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSpotPriceHistoryRequest;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceState;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyRequest;
import software.amazon.awssdk.services.s3.model.GetBucketTaggingResponse;

/** JSON to requests and answers to JSON, with the SDK's real classes. */
class JsonMappingTest {

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) Json.mapper().readTree(text);
    }

    @Test
    void readsNestedListsAndStructures() throws Exception {
        var builder = DescribeInstancesRequest.builder();
        RequestReader.read(json("""
                {"InstanceIds":["i-1","i-2"],"DryRun":false,"MaxResults":5,"NextToken":null,
                 "Filters":[{"Name":"tag:env","Values":["production"]}]}"""), (SdkPojo) builder);
        var request = builder.build();
        assertThat(request.instanceIds()).containsExactly("i-1", "i-2");
        assertThat(request.dryRun()).isFalse();
        assertThat(request.maxResults()).isEqualTo(5);
        assertThat(request.nextToken()).isNull();
        assertThat(request.filters()).singleElement().satisfies(filter -> {
            assertThat(filter.name()).isEqualTo("tag:env");
            assertThat(filter.values()).containsExactly("production");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "it's \"quoted\"", "$(rm -rf ~)", "`x`; true", "line\nbreak\ttab", "\u202Eright-to-left", "\uD83D\uDE00 \uD842\uDFB7",
            "", " ", "--region", "file:///etc/passwd", "\\", "&lt;tag&gt;", "\u0000"})
    void hostileNamesComeThroughBothWays(String name) throws Exception {
        var params = JsonNodeFactory.instance.objectNode();
        params.putArray("InstanceIds").add(name);
        params.putArray("Filters").addObject().put("Name", name).putArray("Values").add(name);
        var builder = DescribeInstancesRequest.builder();
        RequestReader.read(json(params.toString()), (SdkPojo) builder);
        assertThat(builder.build().filters().getFirst().name()).isEqualTo(name);
        assertThat(ResponseWriter.write(builder.build())).isEqualTo(params);
    }

    @Test
    void readsTimesBytesAndEnums() throws Exception {
        var prices = DescribeSpotPriceHistoryRequest.builder();
        RequestReader.read(json("""
                {"StartTime":"2026-01-01T10:30:00Z","EndTime":1767263400,"InstanceTypes":["t3.micro"]}"""), (SdkPojo) prices);
        assertThat(prices.build().startTime()).isEqualTo(Instant.parse("2026-01-01T10:30:00Z"));
        assertThat(prices.build().endTime()).isEqualTo(Instant.ofEpochSecond(1767263400));
        assertThat(prices.build().instanceTypesAsStrings()).containsExactly("t3.micro");
        var key = ImportKeyPairRequest.builder();
        RequestReader.read(json("{\"PublicKeyMaterial\":\"aGk=\"}"), (SdkPojo) key);
        assertThat(key.build().publicKeyMaterial()).isEqualTo(SdkBytes.fromUtf8String("hi"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"Bogus\":1}|Unknown parameter in input: \"Bogus\"",
            "{\"Filters\":[{\"name\":\"x\"}]}|Unknown parameter in Filters[0]: \"name\"",
            "{\"InstanceIds\":\"i-1\"}|InstanceIds, it is a JSON string, it must be a list",
            "{\"InstanceIds\":[1]}|InstanceIds[0], it is a JSON number, it must be a string",
            "{\"MaxResults\":\"5\"}|MaxResults, it is a JSON string, it must be a whole number",
            "{\"MaxResults\":4294967296}|MaxResults, it is a JSON number, it must be a smaller number",
            "{\"MaxResults\":1.5}|MaxResults, it is a JSON number, it must be a whole number",
            "{\"DryRun\":\"true\"}|DryRun, it is a JSON string, it must be true or false",
            "{\"Filters\":[[]]}|Filters[0], it is a JSON array, it must be an object"})
    void saysWhereJsonDoesNotFit(String text, String message) {
        assertThatThrownBy(() -> RequestReader.read(json(text), (SdkPojo) DescribeInstancesRequest.builder()))
                .isInstanceOf(MismatchException.class).hasMessageContaining(message);
    }

    @Test
    void doesNotRepeatValuesInMessages() {
        assertThatThrownBy(() -> RequestReader.read(json("{\"PolicyInputList\":\"SECRET\"}"), (SdkPojo) SimulatePrincipalPolicyRequest.builder()))
                .isInstanceOf(MismatchException.class).hasMessageNotContaining("SECRET");
    }

    @Test
    void writesADescribeInstancesAnswerAsTheCliDoes() throws Exception {
        var answer = DescribeInstancesResponse.builder().nextToken("more").reservations(Reservation.builder()
                .reservationId("r-1").ownerId("123456789012").groups(java.util.List.of())
                .instances(Instance.builder().instanceId("i-1").instanceType("t3.micro").amiLaunchIndex(0).ebsOptimized(false)
                        .launchTime(Instant.parse("2026-01-01T10:30:00Z")).usageOperationUpdateTime(Instant.parse("2026-01-01T10:30:00.25Z"))
                        .state(InstanceState.builder().code(16).name("running").build())
                        .tags(Tag.builder().key("Name").value("2026-01-01T10:30:00Z").build(), Tag.builder().key("empty").value("").build())
                        .build())
                .build()).build();
        assertThat(ResponseWriter.write(answer)).isEqualTo(json("""
                {"NextToken":"more","Reservations":[{"ReservationId":"r-1","OwnerId":"123456789012","Groups":[],
                  "Instances":[{"InstanceId":"i-1","InstanceType":"t3.micro","AmiLaunchIndex":0,"EbsOptimized":false,
                    "LaunchTime":"2026-01-01T10:30:00+00:00","UsageOperationUpdateTime":"2026-01-01T10:30:00.250000+00:00",
                    "State":{"Code":16,"Name":"running"},
                    "Tags":[{"Key":"Name","Value":"2026-01-01T10:30:00Z"},{"Key":"empty","Value":""}]}]}]}"""));
    }

    @Test
    void leavesOutWhatTheServiceDidNotSend() {
        assertThat(ResponseWriter.write(GetBucketTaggingResponse.builder().build())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"\"2026-01-01T10:30:00.000Z\", 2026-01-01T10:30:00+00:00", "\"2026-01-01T12:30:00+02:00\", 2026-01-01T10:30:00+00:00",
            "\"2026-01-01T10:30:00.123456+00:00\", 2026-01-01T10:30:00.123456+00:00", "1767263400.5, 2026-01-01T10:30:00.500000+00:00",
            "\"2026-01-01T10:30:00\", 2026-01-01T10:30:00+00:00", "\"soon\", soon"})
    void bringsTheClisTimesIntoOneForm(String printed, String expected) throws Exception {
        var answer = json("""
                {"Reservations":[{"RequesterId":null,"Instances":[{"LaunchTime":%s,
                  "Tags":[{"Key":"when","Value":"2026-01-01T10:30:00.000Z"}]}]}],"Newer":"2026-01-01T10:30:00.000Z"}""".formatted(printed));
        CliAnswer.normalize(answer, (SdkPojo) DescribeInstancesResponse.builder());
        assertThat(answer).isEqualTo(json("""
                {"Reservations":[{"Instances":[{"LaunchTime":"%s",
                  "Tags":[{"Key":"when","Value":"2026-01-01T10:30:00.000Z"}]}]}],"Newer":"2026-01-01T10:30:00.000Z"}""".formatted(expected)));
    }
}
