package cloudops.scanner.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

class AwsJsonTest {

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void missingNullBlankAndWrongKindsAreAbsent() throws Exception {
        var node = json("{'a': null, 'b': ' ', 'c': {'d': 5, 'e': true}, 'f': ['x']}");

        assertThat(AwsJson.text(node, "a")).isNull();
        assertThat(AwsJson.text(node, "b")).isNull();
        assertThat(AwsJson.text(node, "c")).isNull();
        assertThat(AwsJson.text(node, "f", "g")).isNull();
        assertThat(AwsJson.text(node, "c", "d")).isEqualTo("5");
        assertThat(AwsJson.number(node, "c", "d")).isEqualTo(5L);
        assertThat(AwsJson.number(node, "c", "e")).isNull();
        assertThat(AwsJson.flag(node, "c", "e")).isTrue();
        assertThat(AwsJson.flag(node, "c", "d")).isNull();
        assertThat(AwsJson.list(node, "c")).isEmpty();
        assertThat(AwsJson.list(node, "f")).hasSize(1);
        assertThatThrownBy(() -> AwsJson.required(node, "b")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("b");
    }

    @Test
    void tagsKeepHostileTextAndSkipWhatIsNoTag() throws Exception {
        var node = json("{'Tags': [{'Key': 'b', 'Value': '$(rm -rf /)\\n\\u202e\\ud83d\\ude80'}, {'Key': 'a'}, {'Value': 'x'}, 7]}");

        assertThat(AwsJson.tags(node, "Tags")).containsExactly(Map.entry("a", ""), Map.entry("b", "$(rm -rf /)\n\u202e\ud83d\ude80"));
        assertThat(AwsJson.tags(node, "TagList")).isEmpty();
    }

    @Test
    void factsLeaveOutWhatIsNotThereAndSortRelations() {
        var facts = new Facts().put("engine", "postgres").put("none", null).put("empty", List.of())
                .relation("in_vpc", "vpc-1").relation("in_vpc", null).relations("has_volume", List.of("vol-2", "vol-1", "vol-1")).toMap();

        assertThat(facts).containsOnlyKeys("engine", "relations");
        assertThat(facts.get("relations")).isEqualTo(List.of(Map.of("type", "has_volume", "target", "vol-1"),
                Map.of("type", "has_volume", "target", "vol-2"), Map.of("type", "in_vpc", "target", "vpc-1")));
        assertThat(new Facts().toMap()).isEmpty();
    }
}
