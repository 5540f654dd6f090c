package cloudops.scanner.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Half a SHA-256 of JSON, whose fields may come in any order and whose texts may have halves of characters. */
record Fingerprint(long first, long second) {

    /** In ASCII: a half of a character has no bytes in UTF-8. */
    private static final ObjectWriter SORTED = JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build().writer()
            .with(JsonWriteFeature.ESCAPE_NON_ASCII);

    static Fingerprint of(JsonNode json) {
        try {
            var hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(SORTED.writeValueAsBytes(json)));
            return new Fingerprint(hash.getLong(), hash.getLong());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that cannot be written", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
