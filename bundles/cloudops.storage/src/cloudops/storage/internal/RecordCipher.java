package cloudops.storage.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import javax.crypto.AEADBadTagException;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.vectorstore.Point;

/**
 * Turns resources into points that a store may see, and back.
 *
 * <p>Blob: format (1 byte), version of the data key (4 bytes), then {@link Aead} over the JSON of the secret fields. The additional data
 * binds the blob to everything else of the point, so that nothing of it can be changed, moved or swapped unnoticed.
 */
final class RecordCipher {

    /** Plain fields of a point's payload. */
    static final String TYPE = "resource_type", ACCOUNT = "account_id", REGION = "region", SERVICE = "service", STATE = "state",
            LAST_SYNCED = "last_synced", TAG = "tag", CONTENT = "content";

    private static final List<String> PLAIN = List.of(TYPE, ACCOUNT, REGION, SERVICE, STATE, LAST_SYNCED);

    private static final byte FORMAT = 1;

    private static final int HEADER = 1 + Integer.BYTES;

    private final EstateKeys keys;

    private final String collection;

    RecordCipher(EstateKeys keys, String collection) {
        this.keys = keys;
        this.collection = collection;
    }

    /** A version 8 UUID: the store's host cannot test guesses of identifiers against it. */
    UUID id(ResourceKey key) {
        return uuid(EstateKeys.mac(keys.ids(), collection, key.accountId(), key.region(), key.resourceType(), key.identifier()));
    }

    /** An ID for a point that is no resource. */
    UUID id(String label) {
        return uuid(EstateKeys.mac(keys.ids(), collection, label));
    }

    /** What stands for {@code name=value} in the plain payload. */
    String tagToken(String name, String value) {
        return text(EstateKeys.mac(keys.tags(), name, value));
    }

    /** Equal for two resources whose fields but {@code lastSynced} are equal. */
    String content(AwsResource resource) {
        ObjectNode json = Json.mapper().valueToTree(resource);
        json.remove(LAST_SYNCED);
        return text(EstateKeys.mac(keys.content(), CanonicalJson.bytes(json)));
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
        var sealed = Aead.seal(keys.records(), CanonicalJson.bytes(secret), bound(id, payload, vector, keys.version()));
        var blob = ByteBuffer.allocate(HEADER + sealed.length).put(FORMAT).putInt(keys.version()).put(sealed).array();
        return new Point(id, vector, payload, blob);
    }

    AwsResource open(Point point) throws DamagedException {
        var plain = decrypt(point);
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

    /** Whether the point is ours, whole and under the present key, without reading what is in it. */
    boolean intact(Point point) {
        return defect(point).isEmpty();
    }

    /** Why the point is not {@link #intact}; empty when it is. */
    Optional<String> defect(Point point) {
        try {
            decrypt(point);
            return Optional.empty();
        } catch (DamagedException e) {
            return Optional.of(e.getMessage());
        }
    }

    private byte[] decrypt(Point point) throws DamagedException {
        var blob = point.blob();
        if (blob.length < HEADER) {
            throw new DamagedException("truncated", null);
        }
        if (blob[0] != FORMAT) {
            throw new DamagedException("unknown format " + blob[0], null);
        }
        int version = ByteBuffer.wrap(blob).getInt(1);
        if (version != keys.version()) {
            throw new DamagedException("encrypted with key version " + version + ", this home has " + keys.version(), null);
        }
        try {
            return Aead.open(keys.records(), blob, HEADER, bound(point.id(), point.payload(), point.vector(), version));
        } catch (AEADBadTagException e) {
            throw new DamagedException("does not decrypt: changed, or written with another key", e);
        } catch (UncheckedIOException e) {
            throw new DamagedException("its plain fields are no text: changed", e);
        }
    }

    /** The additional data of a record. */
    private byte[] bound(UUID id, Map<String, List<String>> payload, float[] vector, int version) {
        var json = Json.mapper().createObjectNode()
                .put("format", FORMAT).put("key_version", version).put("collection", collection).put("id", id.toString())
                .put("vector", vector == null ? "" : text(sha256(vector)));
        var plain = json.putObject("payload");
        payload.forEach((field, values) -> {
            // a store may return the values of a field in an order of its own
            var sorted = new ArrayList<>(values);
            sorted.sort(null);
            sorted.forEach(plain.putArray(field)::add);
        });
        return CanonicalJson.bytes(json);
    }

    private static byte[] sha256(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.asFloatBuffer().put(vector);
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    private static String text(byte[] mac) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    /** RFC 9562, version 8: 122 bits of ours. */
    private static UUID uuid(byte[] mac) {
        var bits = ByteBuffer.wrap(mac);
        return new UUID(bits.getLong() & ~0xF000L | 0x8000L, bits.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
    }

    /** A record that cannot be had back; the message says why, without anything of its content. */
    static final class DamagedException extends Exception {

        private static final long serialVersionUID = 1L;

        DamagedException(String reason, Throwable cause) {
            super(reason, cause);
        }
    }
}
