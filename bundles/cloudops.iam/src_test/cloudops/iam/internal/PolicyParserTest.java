package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

class PolicyParserTest {

    private static final String VALID = """
            {"Version":"2012-10-17","Statement":{"Sid":"S+1","Effect":"Allow","Action":"rds:*","Resource":"*"}}""";

    private final PolicyParser parser = new PolicyParser(ContextKeys.NOTHING_KNOWN);

    @Test
    void readsObjectsAndBothFormsOfText() throws Exception {
        var encoded = URLEncoder.encode(VALID, StandardCharsets.UTF_8).replace("+", "%20");

        for (JsonNode document : new JsonNode[] { StubIam.JSON.readTree(VALID), TextNode.valueOf("\n " + VALID), TextNode.valueOf(encoded) }) {
            var statements = parser.parse("P", document).statements();
            assertThat(statements).singleElement().extracting(PolicyStatement::id).isEqualTo("S+1");
        }
    }

    @Test
    void keepsAPlusThatIsNotEncoded() throws Exception {
        var document = TextNode.valueOf(VALID.replace("\"", "%22").replace("{", "%7B"));

        assertThat(parser.parse("P", document).statements().getFirst().id()).isEqualTo("S+1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "[]", "'text'", "'%zz'", "'{'", "null", "{}", "{'Statement':null}", "{'Statement':'x'}", "{'Statement':[1]}",
            "{'Version':'2030-01-01','Statement':[]}", "{'Statement':[],'Extra':1}",
            "{'Statement':[{'Effect':'allow','Action':'*','Resource':'*'}]}",
            "{'Statement':[{'Action':'*','Resource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Resource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*','NotAction':'*','Resource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','NotResource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':{},'Resource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','NotAction':[],'Resource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':['*',null],'Resource':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','Principal':'*'}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','Condition':[]}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Bool':'x'}}]}",
            "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Bool':{'k':{}}}}]}" })
    void refusesWhatItDoesNotUnderstand(String document) {
        assertThatThrownBy(() -> parser.parse("P", StubIam.json(document))).isInstanceOf(MalformedPolicyException.class)
                .message().isNotBlank();
    }

    @Test
    void refusesAnElementThatIsThereTwice() {
        var twice = TextNode.valueOf("{\"Statement\":[],\"Statement\":[]}");

        assertThatThrownBy(() -> parser.parse("P", twice)).isInstanceOf(MalformedPolicyException.class);
    }
}
