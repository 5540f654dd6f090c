package cloudops.scanner.iam.internal;

import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/** What users, groups, roles and policies have in common. Their names are unique in an account, whatever their paths. */
final class Entity {

    private Entity() {
    }

    /** All that there is of some kinds. @param kinds as the filter of GetAccountAuthorizationDetails names them */
    static JsonNode details(ScanContext context, String... kinds) throws ScanException, InterruptedException {
        var request = object();
        List.of(kinds).forEach(request.putArray("Filter")::add);
        return context.call("iam", "get-account-authorization-details", request);
    }

    /**
     * @param nameMember {@code UserName}
     * @param kind as in ARNs: {@code user}
     */
    static AwsResource resource(ResourceType type, String nameMember, String kind, JsonNode data, Facts facts, ScanContext context) {
        var given = text(data, "Arn");
        // every member of the answer is optional, and an ARN ends in the name
        var name = text(data, nameMember) == null && given != null ? given.substring(given.lastIndexOf('/') + 1) : required(data, nameMember);
        var path = text(data, "Path");
        var arn = given != null ? given
                : "arn:" + context.partition() + ":iam::" + context.accountId() + ":" + kind + (path != null ? path : "/") + name;
        return new Found(type, name, arn, context)
                .tags(tags(data, "Tags")).facts(facts).resource();
    }
}
