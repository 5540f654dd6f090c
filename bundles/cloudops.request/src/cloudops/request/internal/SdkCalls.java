package cloudops.request.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

/**
 * The operations of our playbooks as calls without the AWS CLI, from {@code sdk-calls.json}: options of the CLI and the members of the API
 * that they set. {@code []} after a member says a list of strings, {@code {}} JSON, {@code !} a flag without a value. The names cannot be
 * derived from each other: {@code --db-instance-identifier} is {@code DBInstanceIdentifier}. Source: the AWS CLI's command reference.
 */
final class SdkCalls {

    private final Map<String, Map<String, String>> members;

    SdkCalls() {
        try (var in = SdkCalls.class.getResourceAsStream("sdk-calls.json")) {
            members = Json.mapper().readValue(in, new TypeReference<>() {
            });
        } catch (IOException e) {
            throw new UncheckedIOException("sdk-calls.json inside the bundle cannot be read", e);
        }
    }

    /** The request as JSON; empty when the operation, one of its options or a value is not known well enough. */
    Optional<String> params(String service, String operation, List<String> args) {
        var options = members.get(service + " " + operation);
        if (options == null) {
            return Optional.empty();
        }
        var params = Json.mapper().createObjectNode();
        for (int at = 0; at < args.size();) {
            var option = args.get(at++);
            if (option.equals("--region") && at < args.size()) {
                at++;
                continue;
            }
            var member = options.get(option);
            if (member == null) {
                return Optional.empty();
            }
            int end = at;
            while (end < args.size() && !options.containsKey(args.get(end)) && !args.get(end).equals("--region")) {
                end++;
            }
            if (!set(params, member, args.subList(at, end))) {
                return Optional.empty();
            }
            at = end;
        }
        return Optional.of(params.toString());
    }

    private static boolean set(ObjectNode params, String member, List<String> values) {
        var name = member.replaceAll("[^A-Za-z]", "");
        if (member.endsWith("!")) {
            params.put(name, true);
            return values.isEmpty();
        }
        if (member.endsWith("[]")) {
            var list = params.putArray(name);
            values.forEach(list::add);
            return !values.isEmpty();
        }
        if (values.size() != 1) {
            return false;
        }
        if (!member.endsWith("{}")) {
            params.put(name, values.getFirst());
            return true;
        }
        try {
            params.set(name, Json.mapper().readTree(values.getFirst()));
            return true;
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }
}
