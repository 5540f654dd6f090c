package cloudops.storage.internal;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Point;

/** Turns resources into points that a store may see, and back: the secret fields as JSON through {@link PointCipher}. */
final class RecordCipher {

    /** Plain fields of a point's payload. */
    static final String TYPE = "resource_type", ACCOUNT = "account_id", REGION = "region", SERVICE = "service", STATE = "state",
            LAST_SYNCED = "last_synced", TAG = "tag", CONTENT = "content";

    private static final List<String> PLAIN = List.of(TYPE, ACCOUNT, REGION, SERVICE, STATE, LAST_SYNCED);

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
        ObjectNode json = Json.mapper().valueToTree(resource);
        json.remove(LAST_SYNCED);
        return PointCipher.text(EstateKeys.mac(keys.content(), CanonicalJson.bytes(json)));
    }

    Point seal(AwsResource resource, float[] vector) {
        var id = id(resource.key());
        ObjectNode secret = Json.mapper().valueToTree(resource);
        var payload = new TreeMap<String, List<String>>();
        for (var field : PLAIN) {
            var value = secret.remove(field);
            if (value != null) {
                payload.put(field, List.of(value.asText()));
            }
        }
        payload.put(CONTENT, List.of(content(resource)));
        if (!resource.tags().isEmpty()) {
            payload.put(TAG, resource.tags().entrySet().stream().map(tag -> tagToken(tag.getKey(), tag.getValue())).sorted().toList());
        }
        return points.seal(id, payload, vector, CanonicalJson.bytes(secret));
    }

    AwsResource open(Point point) throws DamagedException {
        var plain = points.open(point);
        try {
            var json = (ObjectNode) Json.mapper().readTree(plain);
            for (var field : PLAIN) {
                var values = point.payload().get(field);
                if (values != null) {
                    json.put(field, values.getFirst());
                }
            }
            return Json.mapper().treeToValue(json, AwsResource.class);
        } catch (IOException | RuntimeException e) {
            // it authenticated, so we wrote it: a version of ours with another idea of a resource; one such record must not end a scroll
            throw new DamagedException("written by an incompatible version", e);
        }
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
