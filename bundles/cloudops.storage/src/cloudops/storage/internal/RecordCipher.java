package cloudops.storage.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.databind.ObjectReader;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.model.ResourceKey;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Point;

/** Turns resources into points that a store may see, and back: the secret fields as JSON through {@link PointCipher}. */
final class RecordCipher {

    /** Plain fields of a point's payload. */
    static final String TYPE = "resource_type", ACCOUNT = "account_id", REGION = "region", SERVICE = "service", STATE = "state",
            LAST_SYNCED = "last_synced", TAG = "tag", CONTENT = "content";

    private static final String IDENTIFIER = "identifier";

    /** What is encrypted of a resource; the names are those of {@link AwsResource}, and part of the format. */
    private record Secret(String identifier, String accountName, String arn, String name, Map<String, String> tags, IamPermissions iam,
            ResourceConstraints constraints, Map<String, Object> metadata) {
    }

    /** What makes two resources the same: all but when a scan saw them. */
    private record Content(String resourceType, String identifier, String accountId, String accountName, String region, String service, String arn,
            String name, String state, Map<String, String> tags, IamPermissions iam, ResourceConstraints constraints, Map<String, Object> metadata) {
    }

    private static final ObjectReader SECRET = Json.mapper().readerFor(Secret.class);

    private final EstateKeys keys;

    private final PointCipher points;

    private final String collection;

    RecordCipher(EstateKeys keys, String collection) {
        this(KeySource.of(keys), collection);
    }

    RecordCipher(KeySource keys, String collection) {
        // those of IDs, tags and content never change; the others come and go
        this.keys = keys.now().withoutRecords();
        this.points = new PointCipher(keys, collection);
        this.collection = collection;
    }

    /** As they are now. */
    EstateKeys keys() {
        return points.keys();
    }

    /** A version 8 UUID: the store's host cannot test guesses of identifiers against it. */
    UUID id(ResourceKey key) {
        return PointCipher.uuid(EstateKeys.mac(keys.ids(), collection, key.accountId(), key.region(), key.resourceType(), key.identifier()));
    }

    /** An ID for a point that is no resource. */
    UUID id(String label) {
        return PointCipher.uuid(EstateKeys.mac(keys.ids(), collection, label));
    }

    /** What stands for {@code name=value} in the plain payload. */
    String tagToken(String name, String value) {
        return PointCipher.text(EstateKeys.mac(keys.tags(), name, value));
    }

    /** Equal for two resources whose fields but {@code lastSynced} are equal. */
    String content(AwsResource resource) {
        return PointCipher.text(EstateKeys.mac(keys.content(), CanonicalJson.bytes(new Content(resource.resourceType(), resource.identifier(),
                resource.accountId(), resource.accountName(), resource.region(), resource.service(), resource.arn(), resource.name(),
                resource.state(), resource.tags(), resource.iam(), resource.constraints(), resource.metadata()))));
    }

    Point seal(AwsResource resource, float[] vector) {
        return seal(resource, vector, content(resource));
    }

    /** @param content of {@link #content} */
    Point seal(AwsResource resource, float[] vector, String content) {
        var payload = new TreeMap<String, List<String>>();
        payload.put(TYPE, List.of(resource.resourceType()));
        payload.put(ACCOUNT, List.of(resource.accountId()));
        payload.put(REGION, List.of(resource.region()));
        payload.put(SERVICE, List.of(resource.service()));
        if (resource.state() != null) {
            payload.put(STATE, List.of(resource.state()));
        }
        payload.put(LAST_SYNCED, List.of(resource.lastSynced().toString()));
        payload.put(CONTENT, List.of(content));
        if (!resource.tags().isEmpty()) {
            payload.put(TAG, resource.tags().entrySet().stream().map(tag -> tagToken(tag.getKey(), tag.getValue())).sorted().toList());
        }
        return points.seal(id(resource.key()), payload, vector, CanonicalJson.bytes(new Secret(resource.identifier(), resource.accountName(),
                resource.arn(), resource.name(), resource.tags(), resource.iam(), resource.constraints(), resource.metadata())));
    }

    AwsResource open(Point point) throws DamagedException {
        var plain = points.open(point);
        try {
            Secret secret = SECRET.readValue(plain);
            return new AwsResource(plain(point, TYPE), secret.identifier, plain(point, ACCOUNT), secret.accountName, plain(point, REGION),
                    plain(point, SERVICE), secret.arn, secret.name, plain(point, STATE), secret.tags, Instant.parse(plain(point, LAST_SYNCED)),
                    secret.iam, secret.constraints, secret.metadata);
        } catch (IOException | RuntimeException e) {
            throw incompatible(e);
        }
    }

    /** As of what {@link #open} gives, for less. */
    ResourceKey key(Point point) throws DamagedException {
        var plain = points.open(point);
        try (var json = Json.mapper().createParser(plain)) {
            json.nextToken();
            for (var field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                if (field.equals(IDENTIFIER)) {
                    return new ResourceKey(plain(point, ACCOUNT), plain(point, REGION), plain(point, TYPE), json.nextTextValue());
                }
                json.nextToken();
                json.skipChildren();
            }
            throw new IOException("it has no " + IDENTIFIER);
        } catch (IOException | RuntimeException e) {
            throw incompatible(e);
        }
    }

    /** It authenticated, so we wrote it: a version of ours with another idea of a resource. One such record must not end a scroll. */
    private static DamagedException incompatible(Exception e) {
        return new DamagedException("written by an incompatible version", e);
    }

    /** Null when there is none. */
    private static String plain(Point point, String field) {
        var values = point.payload().get(field);
        return values == null ? null : values.getFirst();
    }

    /** Whether the point is ours, whole and under the key of this home, without reading what is in it. */
    boolean intact(Point point) {
        try {
            points.open(point);
            return true;
        } catch (DamagedException e) {
            return false;
        }
    }
}
