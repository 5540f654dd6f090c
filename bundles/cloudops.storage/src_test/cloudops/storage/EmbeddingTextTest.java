package cloudops.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.model.AwsResource;

class EmbeddingTextTest {

    @Test
    void saysKindNameWordsTagsRegionAndCity() {
        assertThat(EmbeddingText.of(resource("us-west-2", "available", Map.of("engine", "postgres")), "RDS database instance")).isEqualTo(
                "RDS database instance postgres. pg-Main1. pg main1. rds instance. environment production. us-west-2 Oregon");
    }

    @Test
    void doesNotChangeWithTheState() {
        assertThat(EmbeddingText.of(resource("us-west-2", "stopped", Map.of()), "x"))
                .isEqualTo(EmbeddingText.of(resource("us-west-2", "available", Map.of()), "x"));
    }

    @Test
    void copesWithARegionThatIsNew() {
        assertThat(EmbeddingText.of(resource("xx-moon-1", null, Map.of()), "x")).endsWith(". xx-moon-1");
    }

    private static AwsResource resource(String region, String state, Map<String, Object> metadata) {
        return new AwsResource("rds_instance", "pg", "123456789012", "production", region, "rds", "arn:aws:rds:x", "pg-Main1", state,
                Map.of("environment", "production"), Instant.EPOCH, null, null, metadata);
    }
}
