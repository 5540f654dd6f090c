package cloudops.scanner.elb.internal;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/** One type of what Elastic Load Balancing has. Without state. */
abstract class Kind {

    /** Of all types: the API's first version and its second have the same prefix. */
    static final String ACTION = "elasticloadbalancing:";

    abstract ResourceType type();

    abstract List<String> actions();

    /** The elements of the listing, with their tags. */
    abstract List<JsonNode> elements(ScanContext context) throws ScanException, InterruptedException;

    /** An element of the listing with what takes a call of its own. */
    JsonNode described(JsonNode data, ScanContext context) throws ScanException, InterruptedException {
        return data;
    }

    abstract AwsResource resource(JsonNode data, ScanContext context);

    abstract ResourceConstraints constraints(JsonNode data, AwsResource resource, IamPermissions permissions);

    static String arn(ScanContext context, String rest) {
        return "arn:" + context.partition() + ":elasticloadbalancing:" + context.region() + ":" + context.accountId() + ":" + rest;
    }

    /** The texts of a list of texts, sorted. */
    static List<String> words(JsonNode data, String member) {
        return AwsJson.list(data, member).stream().map(JsonNode::asText).filter(text -> !text.isBlank()).sorted().toList();
    }

    /** Verdicts in which it neither stops nor starts. @param noun {@code a load balancer} */
    static Verdicts alwaysOn(String noun) {
        var never = Check.no(noun + " cannot be stopped or started");
        return new Verdicts().canStop(never).canStart(never);
    }
}
