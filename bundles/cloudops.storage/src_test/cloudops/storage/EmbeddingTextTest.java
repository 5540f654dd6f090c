package cloudops.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.model.AwsResource;

class EmbeddingTextTest {

    @Test
    void saysKindNameWordsTagsRegionAndCity() {
        assertThat(EmbeddingText.of(resource("us-west-2", "available", Map.of("engine", "postgres")), "RDS database instance")).isEqualTo(
                "RDS database instance postgres pg-Main1 pg main1 rds instance environment production us-west-2 Oregon");
    }

    @ParameterizedTest
    @CsvSource({"analytics-api-c00-00203, analytics-api-c00-00203 analytics api c00", "vol-0123456789abcdef0, vol", "eipalloc-1234abcd, eipalloc",
            "pg-final-20260115, pg-final-20260115 pg final", "my-vol-0123456789abcdef0-old, my-vol-0123456789abcdef0-old my vol 0123456789abcdef0 old", "2026, 2026"})
    void leavesOutWhatTellsOneOfManyFromTheOthers(String name, String said) {
        var named = new AwsResource("ec2_volume", "vol-1", "123456789012", "production", "us-west-2", "ec2", "arn:aws:ec2:x", name, null, Map.of(),
                Instant.EPOCH, null, null, Map.of());
        assertThat(EmbeddingText.of(named, "EBS volume")).isEqualTo("EBS volume " + said + " ec2 volume us-west-2 Oregon");
    }

    @Test
    void saysTheTypeOnceWhereItIsTheLabel() {
        assertThat(EmbeddingText.of(resource("us-west-2", "available", Map.of()), "RDS Instance")).startsWith("RDS Instance pg-Main1 pg main1 environment");
    }

    @Test
    void doesNotChangeWithTheState() {
        assertThat(EmbeddingText.of(resource("us-west-2", "stopped", Map.of()), "x"))
                .isEqualTo(EmbeddingText.of(resource("us-west-2", "available", Map.of()), "x"));
    }

    @Test
    void copesWithARegionThatIsNew() {
        assertThat(EmbeddingText.of(resource("xx-moon-1", null, Map.of()), "x")).endsWith(" xx-moon-1");
    }

    private static AwsResource resource(String region, String state, Map<String, Object> metadata) {
        return new AwsResource("rds_instance", "pg", "123456789012", "production", region, "rds", "arn:aws:rds:x", "pg-Main1", state,
                Map.of("environment", "production"), Instant.EPOCH, null, null, metadata);
    }
}
