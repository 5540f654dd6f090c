package cloudops.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;

class ResourceJsonTest {

    private static final String GOLDEN = """
            {"resource_type":"rds_instance","identifier":"pg-instance-main1","account_id":"123456789012","account_name":"production",
             "region":"us-west-2","service":"rds","arn":"arn:aws:rds:us-west-2:123456789012:db:pg-instance-main1",
             "name":"pg-instance-main1","state":"available","tags":{"environment":"production"},"last_synced":"2026-01-01T10:30:00Z",
             "iam":{"allowed_actions":["rds:StopDBInstance"],"denied_actions":["rds:DeleteDBInstance"],"unknown_actions":[],
                    "source":"simulated","user_context":{"username":"john.doe",
                    "role_arn":"arn:aws:iam::123456789012:role/DeveloperRole","session_expires":"2026-01-01T12:00:00Z"}},
             "constraints":{"can_stop":true,"can_start":false,"can_delete":false,"has_backups":true,"has_dependencies":false,
                    "custom_constraints":{"multi_az":true,"has_read_replicas":false},
                    "reasons":{"can_start":"state is available","can_delete":"denied: rds:DeleteDBInstance"}},
             "metadata":{"engine":"postgres","engine_version":"14.7","relations":[{"type":"in_vpc","target":"vpc-12345678"}]}}
            """;

    @Test
    void readsTheGoldenResource() throws JsonProcessingException {
        var resource = Json.mapper().readValue(GOLDEN, AwsResource.class);

        assertThat(resource.resourceType()).isEqualTo("rds_instance");
        assertThat(resource.lastSynced()).isEqualTo(Instant.parse("2026-01-01T10:30:00Z"));
        assertThat(resource.iam().source()).isEqualTo(PermissionSource.SIMULATED);
        assertThat(resource.iam().verdict("rds:DeleteDBInstance")).isEqualTo(IamPermissions.Verdict.DENIED);
        assertThat(resource.iam().userContext().roleArn()).endsWith("DeveloperRole");
        assertThat(resource.constraints().canStart()).isFalse();
        assertThat(resource.constraints().customConstraints()).containsEntry("multi_az", true);
        assertThat(resource.metadata().get("relations")).isEqualTo(List.of(Map.of("type", "in_vpc", "target", "vpc-12345678")));
    }

    @Test
    void writesTheGoldenResourceAsItWas() throws JsonProcessingException {
        var golden = tree(GOLDEN);
        // the one thing that is written though the golden example leaves it out: no reasons, as an empty object
        ((ObjectNode) golden.get("iam")).putObject("reasons");

        JsonNode written = Json.mapper().valueToTree(Json.mapper().readValue(GOLDEN, AwsResource.class));

        assertThat(written).isEqualTo(golden);
        assertThat(Schemas.validate(Schemas.AWS_RESOURCE, written)).isEmpty();
    }

    @Test
    void theGoldenResourceIsValid() throws JsonProcessingException {
        assertThat(Schemas.validate(Schemas.AWS_RESOURCE, tree(GOLDEN))).isEmpty();
    }

    @Test
    void aBareResourceIsValidAndComesBackEqual() throws JsonProcessingException {
        var bare = new AwsResource("s3_bucket", "x", "123456789012", null, "aws-global", "s3", "arn:aws:s3:::x", " ", null, null,
                Instant.EPOCH, null, null, null);

        var json = Json.mapper().valueToTree(bare);

        assertThat(Schemas.validate(Schemas.AWS_RESOURCE, json)).isEmpty();
        assertThat(json.has("state")).isFalse();
        assertThat(json.at("/constraints").has("can_stop")).isFalse();
        assertThat(json.at("/iam/reason").asText()).isEqualTo("not examined");
        assertThat(Json.mapper().treeToValue(json, AwsResource.class)).isEqualTo(bare);
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\"b", "a b", "$(rm -rf ~)", "line\nbreak", "\u202Eevil\u202C", "\uD83D\uDC18 elephant", "\u0000" })
    void hostileTextsComeBackEqual(String text) throws IOException {
        var hostile = new AwsResource("ec2_instance", "i-1", "123456789012", text, "us-east-1", "ec2", "arn:aws:ec2:x", "n" + text, text,
                Map.of(text, text), Instant.parse("2026-01-01T00:00:00.123456789Z"), null, null, Map.of("k", text));

        var json = Json.mapper().readTree(Json.mapper().writeValueAsBytes(hostile));

        assertThat(Schemas.validate(Schemas.AWS_RESOURCE, json)).isEmpty();
        assertThat(Json.mapper().treeToValue(json, AwsResource.class)).isEqualTo(hostile);
    }

    @Test
    void strictAboutWhatItDoesNotKnow() throws JsonProcessingException {
        assertRefused("/", "surprise", "1");
        assertRefused("/iam", "verdict", "\"allowed\"");
        assertRefused("/iam", "source", "\"guessed\"");
        assertRefused("/constraints", "can_fly", "true");
        assertRefused("/constraints", "can_stop", "\"yes\"");
        assertRefused("/", "account_id", "123456789012");
        assertRefused("/", "last_synced", "\"yesterday\"");
        assertRefused("/tags", "count", "3");
    }

    @Test
    void anUnknownPermissionNeedsItsReason() throws JsonProcessingException {
        var json = tree(GOLDEN);
        ((ObjectNode) json.get("iam")).put("source", "unknown");
        assertThat(Schemas.validate(Schemas.AWS_RESOURCE, json)).singleElement().asString().contains("reason");
    }

    @Test
    void anUnknownSchemaIsAnError() {
        assertThatThrownBy(() -> Schemas.validate("nonsense", tree("{}"))).hasMessageContaining("nonsense");
    }

    /** The shape of {@code identified_resources}: a resource with something beside its fields. */
    @Test
    void anUnwrappedResourceComesBackEqual() throws JsonProcessingException {
        var found = new Found(Json.mapper().readValue(GOLDEN, AwsResource.class), "exact_name");

        var json = Json.mapper().valueToTree(found);

        assertThat(json.at("/identifier").asText()).isEqualTo("pg-instance-main1");
        assertThat(json.at("/by").asText()).isEqualTo("exact_name");
        assertThat(Json.mapper().treeToValue(json, Found.class)).isEqualTo(found);
    }

    record Found(@JsonUnwrapped AwsResource resource, String by) {
    }

    private static void assertRefused(String at, String field, String value) throws JsonProcessingException {
        var json = tree(GOLDEN);
        var object = (ObjectNode) (at.equals("/") ? json : json.at(at));
        object.set(field, tree(value));
        assertThat(Schemas.validate(Schemas.AWS_RESOURCE, json)).as(at + " " + field).isNotEmpty();
    }

    private static JsonNode tree(String json) throws JsonProcessingException {
        return Json.mapper().readTree(json);
    }
}
