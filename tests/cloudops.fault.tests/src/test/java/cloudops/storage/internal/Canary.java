package cloudops.storage.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.model.UserContext;

/**
 * Words that are nowhere but where they are put: one for each encrypted field. They are computed from a seed each time, so that no class holds one.
 */
enum Canary {
    IDENTIFIER, ARN, NAME, ACCOUNT_NAME, TAG_KEY, TAG_VALUE, ALLOWED_ACTION, DENIED_ACTION, IAM_USER, IAM_REASON, CONSTRAINT, CONSTRAINT_REASON,
    METADATA_KEY, METADATA_VALUE, CHAT_TITLE, CHAT_CONTENT, PASSPHRASE;

    private static final int LENGTH = 20;

    /** Letters only: one word for whatever splits texts into words. */
    String word(long seed) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest((seed + name()).getBytes(StandardCharsets.UTF_8));
            var word = new StringBuilder();
            for (int i = 0; i < LENGTH; i++) {
                word.append((char) ('a' + (hash[i] & 0xff) % 26));
            }
            return word.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static AwsResource resource(long seed, int number) {
        var id = IDENTIFIER.word(seed) + "-" + number;
        return new AwsResource("rds_instance", id, "123456789012", ACCOUNT_NAME.word(seed), "us-west-2", "rds", "arn:aws:rds:" + ARN.word(seed) + ":" + id,
                NAME.word(seed) + "-" + number, "available", Map.of(TAG_KEY.word(seed), TAG_VALUE.word(seed)), Instant.parse("2026-01-01T10:30:00Z"),
                new IamPermissions(List.of("rds:" + ALLOWED_ACTION.word(seed)), List.of("rds:" + DENIED_ACTION.word(seed)), List.of(),
                        new UserContext(IAM_USER.word(seed), "arn:aws:iam::123456789012:role/" + IAM_USER.word(seed), null),
                        PermissionSource.EVALUATED, null, Map.of("rds:x", IAM_REASON.word(seed))),
                new ResourceConstraints(true, false, null, null, null, Map.of(CONSTRAINT.word(seed), CONSTRAINT.word(seed)),
                        Map.of("can_stop", CONSTRAINT_REASON.word(seed))),
                Map.of(METADATA_KEY.word(seed), METADATA_VALUE.word(seed), "engine", METADATA_VALUE.word(seed)));
    }
}
