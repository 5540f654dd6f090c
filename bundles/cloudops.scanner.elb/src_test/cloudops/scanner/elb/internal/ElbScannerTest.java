package cloudops.scanner.elb.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

class ElbScannerTest extends ScannerContract {

    private static final ElbScanner SCANNER = new ElbScanner();
    private static final ResourceType CLASSIC = new ResourceType("elb_classic_load_balancer", "", false);

    ElbScannerTest() {
        super(SCANNER);
    }

    @Test
    void tagsAreAskedForInBatchesOf20() throws Exception {
        var account = account().answer("elb describe-load-balancers", (params, region) -> named(45))
                .answer("elb describe-tags", (params, region) -> tags(params));

        assertThat(found(CLASSIC, account)).hasSize(45).allSatisfy(each -> assertThat(each.tags()).containsEntry("of", each.name()));
        assertThat(account.asked()).filteredOn(call -> call.endsWith("describe-tags")).hasSize(3);
    }

    @Test
    void oneThatHasGoneMeanwhileIsLeftOutAndTheOthersKeepTheirTags() throws Exception {
        var account = account().answer("elb describe-load-balancers", (params, region) -> named(20)).answer("elb describe-tags", (params, region) -> {
            if (names(params).contains("balancer-13")) {
                throw AnsweredAccount.refused("NotFound", "LoadBalancerNotFound");
            }
            return tags(params);
        });

        var found = found(CLASSIC, account);

        assertThat(found).hasSize(19).allSatisfy(each -> assertThat(each.tags()).containsEntry("of", each.name()));
        assertThat(account.incompletes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccessDenied", "ExplicitDeny"})
    void tagsThatMayNotBeReadAreNotedOnceABatch(String code) throws Exception {
        var account = account().answer("elb describe-load-balancers", (params, region) -> named(21)).answer("elb describe-tags", refused(code));

        assertThat(found(CLASSIC, account)).hasSize(21).allSatisfy(each -> {
            assertThat(each.tags()).isEmpty();
            assertThat(each.metadata()).containsEntry("denied_details", List.of("tags"));
        });
        assertThat(account.incompletes()).hasSize(2).allMatch(problem -> problem.code().equals(code));
    }

    @Test
    void anyOtherFailureIsThrown() throws Exception {
        var throttled = account().answer("elb describe-load-balancers", (params, region) -> named(1)).answer("elb describe-tags", refused("Throttled"));
        assertThatThrownBy(() -> found(CLASSIC, throttled)).isInstanceOf(ScanException.class);

        var gone = raw("elb_target_group", "{'TargetGroupArn':'arn:x'}");
        assertThatThrownBy(() -> SCANNER.describe(gone, account().answer("elbv2 describe-target-health", refused("NotFound"))))
                .isInstanceOf(ScanException.class);
    }

    /** Of a principal that may do anything. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "elb_load_balancer         | 'LoadBalancerName':'x','LoadBalancerArn':'a','Type':'application',"
                + "'Attributes':[{'Key':'deletion_protection.enabled','Value':'false'}] | true  | none",
        "elb_load_balancer         | 'LoadBalancerName':'x','LoadBalancerArn':'a','Type':'network',"
                + "'Attributes':[{'Key':'deletion_protection.enabled','Value':'false'}] | none  | whether an endpoint service or a VPC link uses it is not known",
        "elb_load_balancer         | 'LoadBalancerName':'x','LoadBalancerArn':'a','Attributes':[{'Key':'deletion_protection.enabled','Value':'true'}] "
                + "| false | deletion protection is on",
        "elb_load_balancer         | 'LoadBalancerName':'x','LoadBalancerArn':'a','Type':'application' | none  | whether deletion protection is on is not known",
        "elb_classic_load_balancer | 'LoadBalancerName':'x','Instances':[{'InstanceId':'i-1'}] | true | none",
        "elb_target_group          | 'TargetGroupName':'x','TargetGroupArn':'a'   | true  | none",
        "elb_target_group          | 'TargetGroupName':'x','TargetGroupArn':'a','LoadBalancerArns':['arn:odd'] | false | used by arn:odd",
    })
    void deletesWhatAwsDeletes(String type, String members, Boolean canDelete, String reason) throws Exception {
        assertDeletable(judged(type, "{" + members + "}", SCANNER.actions(type).toArray(String[]::new)), canDelete, reason);
    }

    @Test
    void arnsOfClassicBalancersAreOfTheirPartition() throws Exception {
        assertThat(SCANNER.transform(raw(CLASSIC.name(), "{'LoadBalancerName':'old'}"), new AnsweredAccount("aws-cn")).arn())
                .isEqualTo("arn:aws-cn:elasticloadbalancing:us-west-2:123456789012:loadbalancer/old");
    }

    private static AnsweredAccount account() {
        return new AnsweredAccount("aws");
    }

    private static AnsweredAccount.Answer refused(String code) {
        return (params, region) -> {
            throw AnsweredAccount.refused(code, code);
        };
    }

    private static List<AwsResource> found(ResourceType type, AnsweredAccount account) throws ScanException, InterruptedException {
        var found = new ArrayList<AwsResource>();
        SCANNER.discover(type, account, raw -> found.add(SCANNER.transform(raw, account)));
        return found;
    }

    private static JsonNode named(int count) {
        var answer = Json.mapper().createObjectNode();
        var all = answer.putArray("LoadBalancerDescriptions");
        IntStream.range(0, count).forEach(i -> all.addObject().put("LoadBalancerName", "balancer-" + i));
        return answer;
    }

    private static List<String> names(JsonNode params) {
        var names = params.path("LoadBalancerNames").valueStream().map(JsonNode::asText).toList();
        assertThat(names).isNotEmpty().hasSizeLessThanOrEqualTo(20);
        return names;
    }

    /** In another order than they were asked for. */
    private static JsonNode tags(JsonNode params) {
        var answer = Json.mapper().createObjectNode();
        var all = answer.putArray("TagDescriptions");
        for (var name : names(params).reversed()) {
            all.addObject().put("LoadBalancerName", name).putArray("Tags").addObject().put("Key", "of").put("Value", name);
        }
        return answer;
    }
}
