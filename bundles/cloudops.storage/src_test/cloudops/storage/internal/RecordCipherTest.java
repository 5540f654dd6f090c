package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Point;

class RecordCipherTest {

    private final EstateKeys keys = EstateKeys.derive(Aead.random(32), 1);

    private final RecordCipher cipher = new RecordCipher(keys, "aws_estate");

    private final AwsResource resource = Estate.resource("rds_instance", "secret-id-77", "secret-name-88", "available",
            Map.of("secret-tag-key", "secret-tag-value"), Map.of("endpoint", "secret-endpoint"));

    private final float[] vector = WordVectors.of("a vector");

    @Test
    void opensWhatItSealed() throws Exception {
        assertThat(cipher.open(cipher.seal(resource, vector))).isEqualTo(resource);
        assertThat(cipher.open(cipher.seal(resource, null))).isEqualTo(resource);
        var stateless = Estate.at(resource, Instant.now(), null);
        assertThat(cipher.open(cipher.seal(stateless, vector))).isEqualTo(stateless);
    }

    @Test
    void aPointShowsNothingSecret() {
        var point = cipher.seal(resource, vector);
        var plain = point.id() + point.payload().toString() + new String(point.blob(), StandardCharsets.ISO_8859_1);
        assertThat(plain).doesNotContain("secret", "arn:aws", "production");
        assertThat(point.payload()).containsOnlyKeys("resource_type", "account_id", "region", "service", "state", "last_synced", "tag",
                "content");
        assertThat(point.payload()).containsEntry("region", List.of("us-west-2")).containsEntry("state", List.of("available"));
    }

    @Test
    void everyFlippedBitOfABlobIsRefused() throws Exception {
        var point = cipher.seal(resource, null);
        for (int bit = 0; bit < point.blob().length * 8; bit++) {
            var blob = point.blob().clone();
            blob[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(new Point(point.id(), point.vector(), point.payload(), blob));
        }
        assertThat(cipher.open(point)).isEqualTo(resource);
    }

    @Test
    void everyTruncationOfABlobIsRefused() {
        var point = cipher.seal(resource, null);
        for (int length = 0; length < point.blob().length; length++) {
            assertRefused(new Point(point.id(), null, point.payload(), java.util.Arrays.copyOf(point.blob(), length)));
        }
    }

    @Test
    void aBlobUnderAnotherIdIsRefused() {
        var one = cipher.seal(resource, null);
        var other = cipher.seal(Estate.rds("other"), null);
        assertRefused(new Point(other.id(), null, one.payload(), one.blob()));
        assertRefused(new Point(other.id(), null, other.payload(), one.blob()));
        assertRefused(new Point(UUID.randomUUID(), null, one.payload(), one.blob()));
    }

    @Test
    void aChangedPlainFieldIsRefused() {
        var point = cipher.seal(resource, null);
        for (var field : point.payload().keySet()) {
            var changed = new TreeMap<>(point.payload());
            changed.put(field, List.of("other"));
            assertRefused(new Point(point.id(), null, changed, point.blob()));
            changed.remove(field);
            assertRefused(new Point(point.id(), null, changed, point.blob()));
        }
        var more = new TreeMap<>(point.payload());
        more.put("more", List.of("x"));
        assertRefused(new Point(point.id(), null, more, point.blob()));
    }

    @Test
    void aPlainFieldWithHalfACharacterIsRefused() {
        var point = cipher.seal(resource, null);
        for (var half : List.of("\uD83D", "\uDC18", "a\uD83Db", "\uDC18\uD83D")) {
            var changed = new TreeMap<>(point.payload());
            changed.put(RecordCipher.STATE, List.of(half));
            assertRefused(new Point(point.id(), null, changed, point.blob()));
        }
    }

    @Test
    void aChangedVectorIsRefused() {
        var point = cipher.seal(resource, vector);
        var changed = vector.clone();
        changed[17] = Math.nextUp(changed[17]);
        assertRefused(new Point(point.id(), changed, point.payload(), point.blob()));
        assertRefused(new Point(point.id(), null, point.payload(), point.blob()));
        assertRefused(new Point(point.id(), new float[0], point.payload(), point.blob()));
    }

    @Test
    void anotherKeyAnotherCollectionAndAnotherKeyVersionAreRefused() {
        var point = cipher.seal(resource, vector);
        var dataKey = Aead.random(32);
        assertThatThrownBy(() -> new RecordCipher(EstateKeys.derive(dataKey, 1), "aws_estate").open(point))
                .isInstanceOf(DamagedException.class).hasMessageContaining("another key");
        assertThatThrownBy(() -> new RecordCipher(keys, "chat_history").open(point)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> new RecordCipher(EstateKeys.derive(dataKey, 2), "aws_estate").open(point))
                .isInstanceOf(DamagedException.class).hasMessageContaining("key version 1");
    }

    @Test
    void noNonceIsUsedTwice() {
        assertThat(cipher.seal(resource, vector).blob()).isNotEqualTo(cipher.seal(resource, vector).blob());
    }

    @Test
    void idsAreKeyedVersion8AndTellAllFourPartsApart() {
        var id = cipher.id(new ResourceKey("1", "23", "t", "x"));
        assertThat(id.version()).isEqualTo(8);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(cipher.id(new ResourceKey("1", "23", "t", "x"))).isEqualTo(id);
        assertThat(List.of(cipher.id(new ResourceKey("12", "3", "t", "x")), cipher.id(new ResourceKey("1", "23", "tx", "")),
                cipher.id(new ResourceKey("1", "23", "u", "x")),
                new RecordCipher(EstateKeys.derive(Aead.random(32), 1), "aws_estate").id(new ResourceKey("1", "23", "t", "x"))))
                .doesNotHaveDuplicates().doesNotContain(id);
    }

    @Test
    void contentIsOfEverythingButTheTimeAndKeyed() {
        var later = Estate.at(resource, Instant.now(), resource.state());
        assertThat(cipher.content(later)).isEqualTo(cipher.content(resource));
        assertThat(cipher.content(Estate.at(resource, resource.lastSynced(), "stopped"))).isNotEqualTo(cipher.content(resource));
        assertThat(new RecordCipher(EstateKeys.derive(Aead.random(32), 1), "aws_estate").content(resource))
                .isNotEqualTo(cipher.content(resource));
    }

    @Test
    void contentDoesNotDependOnTheOrderOfTags() {
        var oneWay = new java.util.LinkedHashMap<String, String>();
        oneWay.put("a", "1");
        oneWay.put("b", "2");
        var other = new java.util.LinkedHashMap<String, String>();
        other.put("b", "2");
        other.put("a", "1");
        assertThat(cipher.content(Estate.resource("t_k", "i", "n", null, oneWay, Map.of())))
                .isEqualTo(cipher.content(Estate.resource("t_k", "i", "n", null, other, Map.of())));
    }

    /** Else every record of an older home would be written anew, and none of its blobs would open. */
    @Test
    void writtenBytesDoNotDependOnHowTheyAreMade() throws Exception {
        var hostile = "\u202Ea\"b\\\n\uD83D\uDC18/\u0000";
        var nested = new java.util.HashMap<String, Object>(Map.of("z", 1, "a", 2.5e-7, "B", List.of(Map.of("y", true, "x", hostile), 3L), hostile, "text",
                "tree", Json.mapper().readTree("{\"z\":1,\"a\":[{\"d\":null,\"c\":1.10}]}")));
        nested.put("none", null);
        for (var each : List.of(resource, Estate.at(resource, Instant.EPOCH, null),
                Estate.resource("ec2_instance", hostile, hostile, hostile, Map.of("b", hostile, "a", ""), nested))) {
            var json = Json.mapper().<ObjectNode>valueToTree(each);
            json.remove("last_synced");
            assertThat(cipher.content(each)).isEqualTo(PointCipher.text(EstateKeys.mac(keys.content(), Json.mapper().writeValueAsBytes(sorted(json)))));
            for (var plain : List.of("resource_type", "account_id", "region", "service", "state")) {
                json.remove(plain);
            }
            assertThat(new PointCipher(KeySource.of(keys), "aws_estate").open(cipher.seal(each, vector)))
                    .isEqualTo(Json.mapper().writeValueAsBytes(sorted(json)));
        }
        assertThat(CanonicalJson.bytes(Map.of("b", List.of("2", "1"), "a", Map.of("d", 1, "c", hostile)))).asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"a\":{\"c\":\"\u202Ea\\\"b\\\\\\n\\uD83D\\uDC18/\\u0000\",\"d\":1},\"b\":[\"2\",\"1\"]}");
    }

    private static JsonNode sorted(JsonNode json) {
        if (json instanceof ObjectNode object) {
            var sorted = Json.mapper().createObjectNode();
            new TreeMap<>(Map.ofEntries(object.properties().toArray(Map.Entry[]::new))).forEach((name, value) -> sorted.set((String) name,
                    sorted((JsonNode) value)));
            return sorted;
        }
        var array = Json.mapper().createArrayNode();
        json.forEach(element -> array.add(sorted(element)));
        return json.isArray() ? array : json;
    }

    @Test
    void whatIsBoundToARecordIsWhatItWasInEarlierVersions() throws Exception {
        var json = Json.mapper().createObjectNode().put("format", 1).put("key_version", 1).put("collection", "aws_estate");
        var payload = new TreeMap<>(cipher.seal(resource, null).payload());
        payload.put("several", List.of("b", "a"));
        var id = cipher.id("x");
        json.put("id", id.toString()).put("vector", "");
        var plain = json.putObject("payload");
        payload.forEach((field, values) -> values.stream().sorted().forEach(plain.withArray(field)::add));
        var secret = "secret".getBytes(StandardCharsets.US_ASCII);
        var sealed = Aead.seal(keys.records().get(1), secret, Json.mapper().writeValueAsBytes(sorted(json)));
        var blob = java.nio.ByteBuffer.allocate(5 + sealed.length).put((byte) 1).putInt(1).put(sealed).array();
        assertThat(new PointCipher(KeySource.of(keys), "aws_estate").open(new Point(id, null, payload, blob))).isEqualTo(secret);
    }

    @Test
    void aKeyIsReadWithoutTheRest() throws Exception {
        assertThat(cipher.key(cipher.seal(resource, vector))).isEqualTo(resource.key());
        var odd = Estate.resource("ec2_instance", "identifier", "identifier", null, Map.of("identifier", "no"), Map.of("identifier", "no"));
        assertThat(cipher.key(cipher.seal(odd, null))).isEqualTo(odd.key());
    }

    private void assertRefused(Point point) {
        assertThatThrownBy(() -> cipher.open(point)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> cipher.key(point)).isInstanceOf(DamagedException.class);
        assertThat(cipher.intact(point)).isFalse();
    }
}
