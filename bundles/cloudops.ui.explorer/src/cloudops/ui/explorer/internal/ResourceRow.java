package cloudops.ui.explorer.internal;

import java.time.Instant;
import java.util.Locale;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;

/**
 * What tree and table need of a resource; the rest is read when it is looked at, so that a large estate stays cheap.
 *
 * @param words everything the quick filter looks into, in lower case
 */
record ResourceRow(ResourceKey key, String accountName, String service, String name, String state, Instant lastSynced, String words) {

    static ResourceRow of(AwsResource resource) {
        var words = new StringBuilder();
        for (var word : new String[] {resource.name(), resource.identifier(), TypeNames.type(resource.resourceType()),
                resource.resourceType(), resource.region(), resource.accountId(), resource.accountName(), resource.state()}) {
            if (word != null) {
                words.append(word.toLowerCase(Locale.ROOT)).append('\n');
            }
        }
        resource.tags().forEach((key, value) -> words.append((key + "=" + value).toLowerCase(Locale.ROOT)).append('\n'));
        return new ResourceRow(resource.key(), resource.accountName(), resource.service(), resource.name(), resource.state(),
                resource.lastSynced(), words.toString());
    }
}
