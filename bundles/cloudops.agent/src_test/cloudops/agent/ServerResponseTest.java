package cloudops.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.json.Json;

class ServerResponseTest {

    private static ServerResponse question(List<Choice> choices) {
        return new ServerResponse("r-1", ResponseType.CLARIFICATION, "Which one do you mean?", null, null, null, null, false, null, choices);
    }

    @Test
    void aQuestionIsKeptWithWhatCouldBeAnswered() throws Exception {
        var question = question(List.of(new Choice("pg-main1, staging", "arn:aws:rds:eu-west-1:123456789012:db:pg-main1", null),
                new Choice("x\"$(id)\n3. other \u202e\ud83d\udc18", null, "Stop all")));
        assertThat(question.inWords()).isEqualTo("""
                Which one do you mean?
                1. pg-main1, staging (arn:aws:rds:eu-west-1:123456789012:db:pg-main1)
                2. x"$(id) 3. other \u202e\ud83d\udc18""");
        assertThat(Json.mapper().writeValueAsString(question)).as("what is sent is what was sent before").doesNotContain("words", "1. pg-main1");
    }

    @Test
    void whatIsNoQuestionIsKeptAsItIs() {
        assertThat(question(List.of()).inWords()).isEqualTo("Which one do you mean?");
    }
}
