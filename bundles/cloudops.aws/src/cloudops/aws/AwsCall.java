package cloudops.aws;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * One read of an AWS API.
 *
 * @param service as the CLI names it: {@code rds}
 * @param operation as the CLI names it: {@code describe-db-instances}
 * @param params the request as JSON with the API's member names; an empty object for none
 * @param profile name of an AWS profile
 * @param region AWS region; null for the profile's
 */
public record AwsCall(String service, String operation, JsonNode params, String profile, String region) {

    public AwsCall {
        requireNonNull(service, "service");
        requireNonNull(operation, "operation");
        requireNonNull(profile, "profile");
        params = params == null ? JsonNodeFactory.instance.objectNode() : params;
    }
}
