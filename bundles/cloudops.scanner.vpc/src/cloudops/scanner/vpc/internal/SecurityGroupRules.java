package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.AwsJson;

/**
 * Rules of a security group in words.
 *
 * <p>Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html (-1 is every protocol, type or code).
 */
final class SecurityGroupRules {

    private static final Set<String> ANYBODY = Set.of("0.0.0.0/0", "::/0");

    private SecurityGroupRules() {
    }

    /** {@code tcp 443 from 10.0.0.0/8}: one for each peer, sorted. @param direction {@code from} or {@code to} */
    static List<String> texts(List<JsonNode> permissions, String direction) {
        return permissions.stream().flatMap(rule -> peers(rule).map(peer -> traffic(rule) + " " + direction + " " + peer)).sorted().toList();
    }

    static boolean openToInternet(List<JsonNode> permissions) {
        return permissions.stream().flatMap(SecurityGroupRules::peers).anyMatch(ANYBODY::contains);
    }

    /** Identifiers of the groups that the rules of a group name, its own among them. */
    static List<String> groups(JsonNode group) {
        return Stream.of("IpPermissions", "IpPermissionsEgress").flatMap(member -> list(group, member).stream())
                .flatMap(rule -> AwsJson.texts(list(rule, "UserIdGroupPairs"), "GroupId").stream()).distinct().sorted().toList();
    }

    private static Stream<String> peers(JsonNode rule) {
        return Stream.of(AwsJson.texts(list(rule, "IpRanges"), "CidrIp"), AwsJson.texts(list(rule, "Ipv6Ranges"), "CidrIpv6"),
                AwsJson.texts(list(rule, "UserIdGroupPairs"), "GroupId"), AwsJson.texts(list(rule, "PrefixListIds"), "PrefixListId"))
                .flatMap(List::stream);
    }

    private static String traffic(JsonNode rule) {
        var protocol = text(rule, "IpProtocol");
        if (protocol == null || protocol.equals("-1")) {
            return "all traffic";
        }
        var first = number(rule, "FromPort");
        var last = number(rule, "ToPort");
        if (first == null || first == -1) {
            return protocol;
        }
        return protocol + " " + (last == null || last == -1 || last.equals(first) ? first : first + "-" + last);
    }
}
