package cloudops.scanner.internal;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Half a SHA-256 of JSON, whose fields may come in any order and whose texts may have halves of characters. */
record Fingerprint(long first, long second) {

    private static final JsonMapper SORTED = JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    static Fingerprint of(JsonNode json) {
        try {
            var hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(SORTED.writeValueAsString(json).getBytes(UTF_16BE)));
            return new Fingerprint(hash.getLong(), hash.getLong());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that cannot be written", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
