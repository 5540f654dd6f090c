package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCaller.Transport;
import cloudops.demo.DemoSession;
import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;

/**
 * Scans one of everything that EC2, VPC and Elastic Load Balancing have, in a region where nothing else was made; through both transports.
 * Only AWS is simulated.
 */
class NetworkScanTest {

    private static final String REGION = "eu-central-1";
    private static final String NAME = "it\u2019s $(the) \u202eempty";
    /** Links whose other end is there and scanned; other services are not scanned, and a snapshot may outlive its volume. */
    private static final Set<String> WITHIN = Set.of("in_vpc", "in_subnet", "in_security_group", "in_route_table", "attached_to", "main_of",
            "routes_for", "has_address", "has_network_interface", "has_volume", "has_snapshot", "has_key_pair", "has_target",
            "target_of", "names_security_group");

    private static DemoSession demo;
    private static Services services;
    private static ExecutionEngine engine;

    /** Type → identifiers of what was made. */
    private static final Map<String, Set<String>> MADE = new TreeMap<>();

    @BeforeAll
    static void build() throws Exception {
        demo = DemoSession.start(0, false, said -> {
        });
        services = new Services(demo.environment(), demo.passphrase());
        engine = services.get(ExecutionEngine.class);
        var network = made("vpc_network", call("ec2", "create-vpc", "{'CidrBlock':'10.20.0.0/16'}").at("/Vpc/VpcId"));
        var first = subnet(network, "10.20.0.0/24", "a");
        var second = subnet(network, "10.20.1.0/24", "b");
        var empty = subnet(network, "10.20.2.0/24", "b");
        call("ec2", "create-tags", "{'Resources':['%s','%s'],'Tags':[{'Key':'Name','Value':'%s'}]}", network, empty, NAME);
        var group = made("vpc_security_group",
                call("ec2", "create-security-group", "{'GroupName':'web','Description':'web','VpcId':'%s'}", network).at("/GroupId"));
        call("ec2", "authorize-security-group-ingress", "{'GroupId':'%s','IpPermissions':[{'IpProtocol':'tcp','FromPort':443,'ToPort':443,"
                + "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]},{'IpProtocol':'-1','UserIdGroupPairs':[{'GroupId':'%s'}]}]}", group, group);
        var gateway = made("vpc_internet_gateway",
                call("ec2", "create-internet-gateway", "{}").at("/InternetGateway/InternetGatewayId"));
        call("ec2", "attach-internet-gateway", "{'InternetGatewayId':'%s','VpcId':'%s'}", gateway, network);
        var routes = made("vpc_route_table", call("ec2", "create-route-table", "{'VpcId':'%s'}", network).at("/RouteTable/RouteTableId"));
        call("ec2", "create-route", "{'RouteTableId':'%s','DestinationCidrBlock':'0.0.0.0/0','GatewayId':'%s'}", routes, gateway);
        call("ec2", "associate-route-table", "{'RouteTableId':'%s','SubnetId':'%s'}", routes, first);
        var address = made("ec2_elastic_ip", call("ec2", "allocate-address", "{'Domain':'vpc'}").at("/AllocationId"));
        made("ec2_elastic_ip", call("ec2", "allocate-address", "{'Domain':'vpc'}").at("/AllocationId"));
        made("vpc_nat_gateway", call("ec2", "create-nat-gateway", "{'SubnetId':'%s','AllocationId':'%s'}", first, address)
                .at("/NatGateway/NatGatewayId"));
        made("vpc_endpoint", call("ec2", "create-vpc-endpoint", "{'VpcId':'%s','ServiceName':'com.amazonaws.%s.s3','RouteTableIds':['%s']}",
                network, REGION, routes).at("/VpcEndpoint/VpcEndpointId"));
        made("vpc_network_interface", call("ec2", "create-network-interface", "{'SubnetId':'%s','Groups':['%s']}", second, group)
                .at("/NetworkInterface/NetworkInterfaceId"));
        made("ec2_key_pair", call("ec2", "create-key-pair", "{'KeyName':'ops key'}").at("/KeyName"));
        var instance = made("ec2_instance", call("ec2", "run-instances", "{'ImageId':'ami-0123456789abcdef0','MinCount':1,'MaxCount':1,"
                + "'SubnetId':'%s','SecurityGroupIds':['%s'],'KeyName':'ops key'}", first, group).at("/Instances/0/InstanceId"));
        made("ec2_image", call("ec2", "create-image", "{'InstanceId':'%s','Name':'golden'}", instance).at("/ImageId"));
        var volume = made("ec2_volume", call("ec2", "create-volume", "{'AvailabilityZone':'%sa','Size':1}", REGION).at("/VolumeId"));
        made("ec2_snapshot", call("ec2", "create-snapshot", "{'VolumeId':'%s'}", volume).at("/SnapshotId"));
        balancers(network, first, second, group, instance);
    }

    private static void balancers(String network, String first, String second, String group, String instance) throws Exception {
        call("elb", "create-load-balancer", "{'LoadBalancerName':'old','Subnets':['%s'],'SecurityGroups':['%s'],'Listeners':[{'Protocol':'HTTP',"
                + "'LoadBalancerPort':80,'InstanceProtocol':'HTTP','InstancePort':8080}],'Tags':[{'Key':'team','Value':'shop'}]}", first, group);
        call("elb", "register-instances-with-load-balancer", "{'LoadBalancerName':'old','Instances':[{'InstanceId':'%s'}]}", instance);
        MADE.put("elb_classic_load_balancer", Set.of("old"));
        var balancer = call("elbv2", "create-load-balancer", "{'Name':'web','Subnets':['%s','%s'],'SecurityGroups':['%s'],"
                + "'Tags':[{'Key':'team','Value':'shop'}]}", first, second, group).at("/LoadBalancers/0/LoadBalancerArn").textValue();
        call("elbv2", "modify-load-balancer-attributes",
                "{'LoadBalancerArn':'%s','Attributes':[{'Key':'deletion_protection.enabled','Value':'true'}]}", balancer);
        MADE.put("elb_load_balancer", Set.of("web"));
        var targets = call("elbv2", "create-target-group", "{'Name':'shop','Protocol':'HTTP','Port':8080,'VpcId':'%s','TargetType':'instance'}",
                network).at("/TargetGroups/0/TargetGroupArn").textValue();
        call("elbv2", "register-targets", "{'TargetGroupArn':'%s','Targets':[{'Id':'%s'}]}", targets, instance);
        call("elbv2", "create-listener", "{'LoadBalancerArn':'%s','Protocol':'HTTP','Port':80,'DefaultActions':[{'Type':'forward',"
                + "'TargetGroupArn':'%s'}]}", balancer, targets);
        MADE.put("elb_target_group", Set.of("shop"));
    }

    @AfterAll
    static void stop() throws Exception {
        services.close();
        demo.close();
    }

    @Test
    void findsOneOfEverything(@TempDir Path home) throws Exception {
        var estate = scanned(Transport.SDK, home);
        var identifiers = new TreeMap<String, Set<String>>();
        estate.forEach(each -> identifiers.computeIfAbsent(each.resourceType(), any -> new TreeSet<>()).add(each.identifier()));

        MADE.forEach((type, made) -> assertThat(identifiers.get(type)).as(type).containsAll(made));
        assertThat(identifiers.keySet()).isEqualTo(MADE.keySet());
        assertThat(estate).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, Json.mapper().valueToTree(each))).isEmpty());

        var balancer = one(estate, "elb_load_balancer");
        assertThat(balancer.constraints().reasons().get("can_delete")).startsWith("deletion protection is on");
        assertThat(balancer.tags()).containsEntry("team", "shop");
        assertThat(one(estate, "elb_classic_load_balancer").tags()).containsEntry("team", "shop");
        assertThat(one(estate, "elb_target_group").constraints().reasons()).containsEntry("has_dependencies", "used by web");
        assertThat(one(estate, "vpc_internet_gateway").constraints().hasDependencies()).isTrue();
        assertThat(estate.stream().filter(each -> each.name().equals(NAME))).hasSize(2)
                .anySatisfy(each -> assertThat(each.constraints().hasDependencies()).as("of the empty subnet").isFalse());
    }

    @Test
    void linksLeadToWhatWasFound(@TempDir Path home) throws Exception {
        var estate = scanned(Transport.SDK, home);
        var known = new HashSet<String>();
        estate.forEach(each -> known.addAll(List.of(each.identifier(), each.arn())));

        assertThat(estate).allSatisfy(each -> assertThat(known).as("%s", each.key()).containsAll(links(each)));
        assertThat(links(one(estate, "ec2_instance"))).as("subnet, VPC, group, key, volume, interface").hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void bothTransportsGiveTheSame(@TempDir Path bySdk, @TempDir Path byCli) throws Exception {
        assertThat(withoutTime(scanned(Transport.CLI, byCli))).isEqualTo(withoutTime(scanned(Transport.SDK, bySdk))).hasSizeGreaterThan(20);
    }

    /** What a scan of a new home finds. */
    private static List<AwsResource> scanned(Transport transport, Path home) throws Exception {
        var shown = demo.environment();
        var environment = new Environment(home, shown.awsConfigFile(), shown.awsCredentialsFile(), shown.endpointUrl(), false, false);
        try (var scanning = new Services(environment, demo.passphrase())) {
            var result = scanning.get(EstateScanner.class).scan(new ScanRequest(List.of("production"), List.of(REGION),
                    List.of("ec2", "vpc", "elb"), List.of(), true, transport), ScanListener.NONE);
            assertThat(result.errors()).isEmpty();
            assertThat(result.complete()).isTrue();
            var all = new ArrayList<AwsResource>();
            scanning.get(EstateStorage.class).list(ResourceFilter.ALL, all::add);
            return all;
        }
    }

    private static Map<String, JsonNode> withoutTime(List<AwsResource> estate) {
        var all = new HashMap<String, JsonNode>();
        estate.forEach(each -> {
            ObjectNode json = Json.mapper().valueToTree(each);
            json.remove("last_synced");
            all.put(each.key().toString(), json);
        });
        return all;
    }

    private static AwsResource one(List<AwsResource> estate, String type) {
        return estate.stream().filter(each -> each.resourceType().equals(type)).findFirst().orElseThrow();
    }

    /** What a resource is linked to among what was scanned. */
    private static List<String> links(AwsResource resource) {
        return Json.mapper().<JsonNode>valueToTree(resource.metadata().getOrDefault("relations", List.of())).valueStream()
                .filter(link -> WITHIN.contains(link.path("type").asText())).map(link -> link.path("target").asText()).toList();
    }

    private static String subnet(String network, String cidr, String zone) throws Exception {
        return made("vpc_subnet", call("ec2", "create-subnet", "{'VpcId':'%s','CidrBlock':'%s','AvailabilityZone':'%s%s'}", network, cidr,
                REGION, zone).at("/Subnet/SubnetId"));
    }

    private static String made(String type, JsonNode identifier) {
        assertThat(identifier.isTextual()).as(type).isTrue();
        MADE.computeIfAbsent(type, any -> new TreeSet<>()).add(identifier.textValue());
        return identifier.textValue();
    }

    private static JsonNode call(String service, String operation, String params, Object... values) throws Exception {
        var request = ExecutionRequest.of(new Command.AwsSdk(service, operation, params.replace('\'', '"').formatted(values), "production",
                REGION));
        var result = engine.result(engine.execute(request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()))));
        assertThat(result.succeeded()).as("%s %s: %s", service, operation, result.stderr()).isTrue();
        return Json.mapper().readTree(result.stdout().isBlank() ? "{}" : result.stdout());
    }
}
