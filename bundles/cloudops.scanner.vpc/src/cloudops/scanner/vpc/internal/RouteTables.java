package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;
import static java.util.Comparator.comparing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * Route tables, from DescribeRouteTables.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html and API_Route.html (members),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html (neither the main table nor one with associations).
 */
final class RouteTables extends VpcType {

    private static final List<String> DESTINATIONS = List.of("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId");
    /** Members with where a route leads; an instance is reached through its interface and named with it. */
    private static final List<String> TARGETS = List.of("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId",
            "EgressOnlyInternetGatewayId", "LocalGatewayId", "CarrierGatewayId", "NetworkInterfaceId", "InstanceId", "CoreNetworkArn",
            "OdbNetworkArn");

    RouteTables() {
        super(new ResourceType("vpc_route_table", "VPC route table", false),
                new Listing("describe-route-tables", "RouteTables", "RouteTableId", "route-table"),
                "ec2:DescribeRouteTables", "ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute", "ec2:AssociateRouteTable",
                "ec2:DisassociateRouteTable", "ec2:DeleteRouteTable");
    }

    @Override
    Facts facts(JsonNode data) {
        return new Facts()
                .put("main", main(data))
                .put("routes", routes(data))
                .put("subnets", texts(list(data, "Associations"), "SubnetId"))
                .put("vpc_id", text(data, "VpcId"))
                .relation("in_vpc", text(data, "VpcId"))
                .relation("main_of", main(data) ? text(data, "VpcId") : null)
                .relations("routes_for", users(data))
                .relations("routes_to", list(data, "Routes").stream().map(RouteTables::target).filter(Objects::nonNull)
                        .filter(target -> !target.equals("local")).toList());
    }

    private static boolean main(JsonNode data) {
        return list(data, "Associations").stream().anyMatch(association -> isTrue(association, "Main"));
    }

    /** Subnets and gateways whose traffic it routes by name; the main table routes that of all other subnets too. */
    private static List<String> users(JsonNode data) {
        return Stream.of("SubnetId", "GatewayId").flatMap(member -> texts(list(data, "Associations"), member).stream()).sorted().toList();
    }

    private static List<Map<String, String>> routes(JsonNode data) {
        return list(data, "Routes").stream().map(RouteTables::route).filter(route -> !route.isEmpty())
                .sorted(comparing(Object::toString)).toList();
    }

    private static Map<String, String> route(JsonNode route) {
        var said = new LinkedHashMap<String, String>();
        said.put("destination", first(route, DESTINATIONS));
        said.put("target", target(route));
        said.put("state", text(route, "State"));
        said.values().removeIf(Objects::isNull);
        return said;
    }

    private static String target(JsonNode route) {
        return first(route, TARGETS);
    }

    private static String first(JsonNode node, List<String> members) {
        return members.stream().map(member -> AwsJson.text(node, member)).filter(Objects::nonNull).findFirst().orElse(null);
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource table, IamPermissions permissions) {
        var users = users(data);
        var used = main(data) ? "it is the main route table of its VPC"
                : users.isEmpty() ? null : "associated with " + String.join(", ", users);
        return new Verdicts()
                .neverRuns("a route table does not run")
                .canDelete(owned(data, table), unless(used != null, used), permitted(permissions, "ec2:DeleteRouteTable"))
                .hasDependencies(used != null, used)
                .custom("main", main(data))
                .build();
    }
}
