package cloudops.scanner.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void numbersAndTruthValuesMayBeTexts() throws Exception {
        var node = json("{'n': '30', 'minus': '-1', 'long': '12345678901234567890', 'half': '1.5', 'half2': 1.5, 't': 'true', 'f': 'false',"
                + " 'y': 'yes', 'b': true}");

        assertThat(AwsJson.number(node, "n")).isEqualTo(30L);
        assertThat(AwsJson.number(node, "minus")).isEqualTo(-1L);
        assertThat(AwsJson.number(node, "long")).isNull();
        assertThat(AwsJson.number(node, "half")).isNull();
        assertThat(AwsJson.number(node, "half2")).isNull();
        assertThat(AwsJson.flag(node, "t")).isTrue();
        assertThat(AwsJson.flag(node, "f")).isFalse();
        assertThat(AwsJson.flag(node, "y")).isNull();
        assertThat(AwsJson.isTrue(node, "b")).isTrue();
        assertThat(AwsJson.isTrue(node, "f")).isFalse();
        assertThat(AwsJson.isTrue(node, "missing")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1748772000", "1748772000.084", "'1748772000'", "'1748772000.348895'", "'2025-06-01T10:00:00Z'",
            "'2025-06-01T10:00:00.084000+00:00'", "'2025-06-01T12:00:00+02:00'"})
    void timesAreOfOneForm(String value) throws Exception {
        assertThat(AwsJson.time(json("{'at': " + value + "}"), "at")).isEqualTo("2025-06-01T10:00:00+00:00");
    }

    @Test
    void whatIsNoTimeStaysAsItIs() throws Exception {
        var node = json("{'soon': 'soon', 'none': null, 'flag': true, 'far': 1e300, 'list': []}");

        assertThat(AwsJson.time(node, "soon")).isEqualTo("soon");
        assertThat(AwsJson.time(node, "none")).isNull();
        assertThat(AwsJson.time(node, "flag")).isEqualTo("true");
        assertThat(AwsJson.time(node, "far")).isEqualTo("1.0E300");
        assertThat(AwsJson.time(node, "list")).isNull();
        assertThat(AwsJson.time(node, "missing")).isNull();
    }

    @Test
    void textsOfAListAreSorted() throws Exception {
        assertThat(AwsJson.texts(json("{'l': ['b', 'a', null, ' ', {'x': 1}, 7]}"), "l")).containsExactly("7", "a", "b");
        assertThat(AwsJson.texts(json("{'l': 'a'}"), "l")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{'Key': 'b', 'Value': '2'}, {'Key': 'a'}]", "[{'key': 'b', 'value': '2'}, {'key': 'a', 'value': null}]",
            "[{'TagKey': 'b', 'TagValue': '2'}, {'TagKey': 'a'}]", "{'b': '2', 'a': ''}"})
    void tagsHaveManyForms(String tags) throws Exception {
        assertThat(AwsJson.tags(json("{'tags': " + tags + "}"), "tags")).containsExactly(Map.entry("a", ""), Map.entry("b", "2"));
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
