package cloudops.scanner.route53.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
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
 * Route 53: hosted zones, from ListHostedZones and two calls a zone: GetHostedZone, which tells name servers and VPCs, and
 * ListTagsForResource. One call lists them all: they are of no region.
 *
 * <p>Sources: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html (members),
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html (only with no records but its SOA and NS, and not one
 * that another service made),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html (actions on zones).
 */
@Component
public final class Route53Scanner implements ServiceScanner {

    static final ResourceType ZONE = new ResourceType("route53_hosted_zone", "Route 53 hosted zone", true);

    private static final List<String> ACTIONS = List.of("route53:GetHostedZone", "route53:ListResourceRecordSets",
            "route53:ChangeResourceRecordSets", "route53:UpdateHostedZoneComment", "route53:DeleteHostedZone",
            "route53:AssociateVPCWithHostedZone", "route53:DisassociateVPCFromHostedZone", "route53:ChangeTagsForResource");

    /** Every zone has an SOA record, and an NS record set. */
    private static final int OWN_RECORDS = 2;

    @Override
    public String serviceName() {
        return "route53";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(ZONE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("route53", "list-hosted-zones", object()), "HostedZones")
                .forEach(zone -> sink.accept(new RawResource(type.name(), object().set("HostedZone", zone))));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var id = id(raw.data());
        return new Details(raw, context)
                .add("name servers and VPCs", "route53", "get-hosted-zone", object().put("Id", id))
                .add("tags", "route53", "list-tags-for-resource", object().put("ResourceType", "hostedzone").put("ResourceId", id))
                .described();
    }

    /** Without the path {@code /hostedzone/} that answers put before it. */
    private static String id(JsonNode data) {
        var id = required(data.path("HostedZone"), "Id");
        return id.substring(id.lastIndexOf('/') + 1);
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var id = id(data);
        return new Found(ZONE, id, "arn:" + context.partition() + ":route53:::hostedzone/" + id, context)
                .name(text(data, "HostedZone", "Name")).tags(tags(data, "ResourceTagSet", "Tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var zone = data.path("HostedZone");
        return new Facts()
                .put("private", flag(zone, "Config", "PrivateZone"))
                .put("comment", text(zone, "Config", "Comment"))
                .put("records", number(zone, "ResourceRecordSetCount"))
                .put("name_servers", texts(data, "DelegationSet", "NameServers"))
                .put("managed_by", text(zone, "LinkedService", "ServicePrincipal"))
                .put("denied_details", Details.denied(data))
                .relations("in_vpc", texts(list(data, "VPCs"), "VPCId"));
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var zone = raw.data().path("HostedZone");
        var maker = text(zone, "LinkedService", "ServicePrincipal");
        var records = number(zone, "ResourceRecordSetCount");
        var more = records == null ? null : records - OWN_RECORDS;
        return new Verdicts()
                .neverRuns("a hosted zone does not run")
                .canDelete(more == null ? Check.unknown("the number of its records is not known")
                        : unless(more > 0, "it has records besides SOA and NS: " + more),
                        unless(maker != null, "it is managed by " + maker), permitted(permissions, "route53:DeleteHostedZone"))
                .hasBackups(false, "Route 53 keeps no backups")
                .hasDependencies(more == null ? null : more > 0, more == null ? null : "records besides SOA and NS: " + more)
                .custom("private", flag(zone, "Config", "PrivateZone"))
                .build();
    }
}
