package cloudops.scanner.internal;

import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import cloudops.json.Json;

/**
 * What of an event of EventBridge counts; everything else in it is not believed.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 *
 * @param account 12 digits
 * @param region has the form of the name of a region, so that it can be part of the name of a host
 * @param source the service, as events name it: {@code ec2}
 * @param read whether it is the record of a call that only reads; our own scans make many
 */
record ChangeEvent(String account, String region, String source, boolean read) {

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}");
    private static final Pattern SOURCE = Pattern.compile("aws\\.([a-z0-9-]{2,40})");

    /** Empty when it is none of AWS. */
    static Optional<ChangeEvent> parse(String body) {
        JsonNode event;
        try {
            event = Json.mapper().readTree(body);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        var account = event.path("account").asText();
        var region = event.path("region").asText();
        var source = SOURCE.matcher(event.path("source").asText());
        if (!ACCOUNT.matcher(account).matches() || !REGION.matcher(region).matches() || !source.matches()) {
            return Optional.empty();
        }
        return Optional.of(new ChangeEvent(account, region, source.group(1), event.path("detail").path("readOnly").asBoolean()));
    }
}
