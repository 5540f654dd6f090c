package cloudops.ui.explorer.internal;

import java.time.Instant;
import java.util.Map;

import cloudops.model.AwsResource;

/** Resources for the tests of this package. */
final class SampleRows {

    private SampleRows() {
    }

    static ResourceRow row(String account, String region, String type, String id, String name, String state) {
        return ResourceRow.of(resource(account, region, type, id, name, state));
    }

    static AwsResource resource(String account, String region, String type, String id, String name, String state) {
        return new AwsResource(type, id, account, "account " + account.charAt(0), region, type.substring(0, type.indexOf('_')),
                "arn:" + id, name, state, Map.of("team", "Payments"), Instant.EPOCH, null, null, Map.of());
    }
}
