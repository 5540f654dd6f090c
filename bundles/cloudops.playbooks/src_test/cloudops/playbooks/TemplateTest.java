package cloudops.playbooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.model.AwsResource;
import cloudops.model.ResourceConstraints;

class TemplateTest {

    private static final AwsResource DATABASE = new AwsResource("rds_instance", "pg", "123456789012", "live", "eu-west-1", "rds",
            "arn:aws:rds:eu-west-1:123456789012:db:pg", "pg", null, Map.of("Env", "prod"), Instant.EPOCH, null,
            new ResourceConstraints(true, null, null, null, null, Map.of("multi_az", true), Map.of()),
            Map.of("engine", Map.of("name", "postgres"), "zones", java.util.List.of("a")));

    @Test
    void fillsOnceAndTakesValuesLiterally() {
        assertThat(Template.fill("{{a}}-{{ a }}-{{b}}", name -> name.equals("a") ? "{{b}}$1\\" : "x")).isEqualTo("{{b}}$1\\-{{b}}$1\\-x");
        assertThat(Template.placeholders("{{a}} {{ b }} {{a}} {c}")).containsExactly("a", "b");
    }

    @Test
    void factsOfAResource() {
        assertThat(Template.fact("tags.environment|env", DATABASE)).contains("prod");
        assertThat(Template.fact("tags.owner", DATABASE)).isEmpty();
        assertThat(Template.fact("metadata.engine.name", DATABASE)).contains("postgres");
        assertThat(Template.fact("metadata.engine", DATABASE)).isEmpty();
        assertThat(Template.fact("metadata.zones", DATABASE)).isEmpty();
        assertThat(Template.fact("metadata.engine.name.first", DATABASE)).isEmpty();
        assertThat(Template.fact("constraints.multi_az", DATABASE)).contains("true");
        assertThat(Template.fact("constraints.can_start", DATABASE)).isEmpty();
        assertThat(Template.fact("state", DATABASE)).isEmpty();
        assertThat(Template.ofResource("resource.arn", DATABASE)).contains(DATABASE.arn());
        assertThat(Template.isResourcePath("resource.tags.env")).isTrue();
        assertThat(Template.isResourcePath("resource.class")).isFalse();
        assertThat(Template.isResourcePath("identifier")).isFalse();
    }
}
