package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.internal.Pages.IncompleteException;
import cloudops.aws.internal.Pages.Next;
import cloudops.aws.internal.Pages.Paging;
import cloudops.json.Json;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.ListAttachedUserPoliciesResponse;
import software.amazon.awssdk.services.rds.model.DescribeEngineDefaultParametersResponse;
import software.amazon.awssdk.services.rds.model.DownloadDbLogFilePortionResponse;
import software.amazon.awssdk.services.rds.model.Parameter;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;

class PagesTest {

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) Json.mapper().readTree(text);
    }

    private static ListAttachedUserPoliciesResponse page(String marker, String... names) {
        return ListAttachedUserPoliciesResponse.builder().isTruncated(marker != null).marker(marker)
                .attachedPolicies(List.of(names).stream().map(name -> AttachedPolicy.builder().policyName(name).build()).toList()).build();
    }

    private static ObjectNode joined(SdkPojo... pages) {
        var whole = JsonNodeFactory.instance.objectNode();
        for (var page : pages) {
            Pages.join(whole, ResponseWriter.write(page));
        }
        return whole;
    }

    @Test
    void joinsListsAndDropsWhatTellsOfOnePage() throws Exception {
        var merged = joined(page("m1", "a", "b"), page("m2"), page(null, "c"));
        Pages.removePageFacts(merged);
        assertThat(merged).isEqualTo(json("""
                {"AttachedPolicies":[{"PolicyName":"a"},{"PolicyName":"b"},{"PolicyName":"c"}]}"""));
    }

    @Test
    void joinsListsThatLieDeeper() throws Exception {
        var merged = joined(
                DescribeEngineDefaultParametersResponse.builder().engineDefaults(d -> d.marker("m").dbParameterGroupFamily("f")
                        .parameters(Parameter.builder().parameterName("a").build())).build(),
                DescribeEngineDefaultParametersResponse.builder().engineDefaults(d -> d.dbParameterGroupFamily("f")
                        .parameters(Parameter.builder().parameterName("b").build())).build());
        Pages.removePageFacts(merged);
        assertThat(merged).isEqualTo(json("""
                {"EngineDefaults":{"Parameters":[{"ParameterName":"a"},{"ParameterName":"b"}]}}"""));
    }

    @Test
    void keepsStructuresAndJoinsTextThatComesInPieces() throws Exception {
        var buckets = joined(
                ListBucketsResponse.builder().owner(o -> o.id("o")).buckets(Bucket.builder().name("a").build()).continuationToken("t").build(),
                ListBucketsResponse.builder().owner(o -> o.id("o")).buckets(Bucket.builder().name("b").build()).build());
        Pages.removePageFacts(buckets);
        assertThat(buckets).isEqualTo(json("""
                {"Buckets":[{"Name":"a"},{"Name":"b"}],"Owner":{"ID":"o"}}"""));
        var log = joined(DownloadDbLogFilePortionResponse.builder().logFileData("one ").marker("1").build(),
                DownloadDbLogFilePortionResponse.builder().logFileData("two").marker("2").additionalDataPending(false).build());
        Pages.removePageFacts(log);
        assertThat(log).isEqualTo(json("{\"LogFileData\":\"one two\"}"));
    }

    @Test
    void findsTheNextPage() throws Exception {
        assertThat(Pages.next(json("{\"Things\":[],\"NextToken\":\"t\"}"), null)).isEqualTo(new Next("NextToken", "t"));
        assertThat(Pages.next(json("{\"IsTruncated\":true,\"NextContinuationToken\":\"t\"}"), null)).isEqualTo(new Next("ContinuationToken", "t"));
        assertThat(Pages.next(json("{\"Marker\":\"t\"}"), null)).isEqualTo(new Next("Marker", "t"));
        assertThat(Pages.next(json("{\"IsTruncated\":false,\"Marker\":\"echo\"}"), null)).isNull();
        assertThat(Pages.next(json("{\"NextToken\":\"\"}"), null)).isNull();
        assertThat(Pages.next(json("{\"ClientToken\":\"t\"}"), null)).isNull();
    }

    @Test
    void doesNotGoInCirclesOrStopShort() throws Exception {
        var page = json("{\"NextToken\":\"t\"}");
        assertThatThrownBy(() -> Pages.next(page, new Next("NextToken", "t"))).isInstanceOf(IncompleteException.class);
        assertThatThrownBy(() -> Pages.next(json("{\"IsTruncated\":true}"), null)).isInstanceOf(IncompleteException.class);
    }

    @Test
    void asksForPagesOneByOneOnlyWhereItKnowsTheTokens() throws Exception {
        assertThat(Paging.of(Set.of("NextToken", "MaxResults"), Set.of("Things", "NextToken"))).contains(new Paging("NextToken", "NextToken"));
        assertThat(Paging.of(Set.of("Marker"), Set.of("Marker", "NextMarker"))).as("Marker repeats what was sent").contains(new Paging("Marker", "NextMarker"));
        assertThat(Paging.of(Set.of("ContinuationToken"), Set.of("ContinuationToken"))).isPresent();
        assertThat(Paging.of(Set.of("ExclusiveStartTableName"), Set.of("LastEvaluatedTableName"))).isEmpty();
        assertThat(Paging.of(Set.of("Marker"), Set.of("NextToken"))).isEmpty();
        assertThat(SdkClasses.services().operation("s3api", "list-buckets").orElseThrow().paging()).contains(new Paging("ContinuationToken", "ContinuationToken"));
        assertThat(SdkClasses.services().operation("ec2", "describe-instances").orElseThrow().paging()).contains(new Paging("NextToken", "NextToken"));
        assertThat(SdkClasses.services().operation("ec2", "describe-key-pairs").orElseThrow().paging()).as("has no pages").isEmpty();
    }

    @Test
    void goesFromPageToPageButNotInCircles() throws Exception {
        var paging = new Paging("Marker", "NextMarker");
        assertThat(paging.next(json("{\"NextMarker\":\"b\",\"Marker\":\"a\"}"), "a")).isEqualTo("b");
        assertThat(paging.next(json("{\"Marker\":\"b\"}"), "b")).isNull();
        assertThat(paging.next(json("{\"NextMarker\":\"\"}"), null)).isNull();
        assertThat(paging.next(json("{\"NextMarker\":\"a\",\"IsTruncated\":false}"), "a")).isNull();
        assertThatThrownBy(() -> paging.next(json("{\"NextMarker\":\"a\"}"), "a")).isInstanceOf(IncompleteException.class);
        assertThatThrownBy(() -> paging.next(json("{\"IsTruncated\":true}"), "a")).isInstanceOf(IncompleteException.class);
    }

    @Test
    void aTokenEvenOfTheFirstPageAsksForOnePage() throws Exception {
        assertThat(Pages.isForOne(json("{\"NextToken\":null}"))).isTrue();
        assertThat(Pages.isForOne(json("{\"ContinuationToken\":\"t\"}"))).isTrue();
        assertThat(Pages.isForOne(json("{\"MaxResults\":5,\"ClientToken\":\"t\"}"))).isFalse();
    }
}
