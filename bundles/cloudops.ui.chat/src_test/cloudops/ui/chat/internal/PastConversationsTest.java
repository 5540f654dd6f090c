package cloudops.ui.chat.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.storage.ChatStorage.Message;
import cloudops.storage.ChatStorage.Role;
import cloudops.ui.Tone;
import cloudops.ui.chat.internal.Exchange.Ran;
import cloudops.ui.chat.internal.Exchange.Reply;
import cloudops.ui.chat.internal.Exchange.Said;

class PastConversationsTest {

    private static final UUID ID = UUID.randomUUID();
    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

    private static Message message(Role role, String content, UUID... executions) {
        return new Message(UUID.randomUUID(), ID, AT, role, content, List.of(executions));
    }

    private static ExecutionRecord record(UUID id, ExecutionStatus status, Integer exit) {
        return new ExecutionRecord(id, "aws_cli", "aws rds stop-db-instance", status, exit, null, AT, AT, Metadata.NONE, null, null, null, null, null,
                null, null);
    }

    @Test
    void aPromptAndWhatFollowsItAreAnExchange() {
        var known = UUID.randomUUID();
        var forgotten = UUID.randomUUID();
        var record = record(known, ExecutionStatus.COMPLETED, 0);
        var exchanges = PastConversations.exchanges(ID, List.of(message(Role.ASSISTANT, "its prompt is damaged"), message(Role.USER, "unanswered"),
                message(Role.USER, "Stop it"), message(Role.ASSISTANT, "I will."), message(Role.ASSISTANT, "The plan ran.", known, forgotten)),
                Map.of(known, record));

        assertThat(exchanges).extracting(Exchange::prompt).containsExactly("", "unanswered", "Stop it");
        assertThat(exchanges).allSatisfy(each -> assertThat(each.conversation()).isEqualTo(ID));
        assertThat(exchanges).extracting(Exchange::reply).containsExactly(
                new Reply.Kept(List.of(new Said("its prompt is damaged", AT)), List.of()),
                new Reply.Kept(List.of(), List.of()),
                new Reply.Kept(List.of(new Said("I will.", AT), new Said("The plan ran.", AT)), List.of(new Ran(known, record), new Ran(forgotten, null))));
        assertThat(PastConversations.exchanges(ID, List.of(), Map.of())).isEmpty();
    }

    @Test
    void outcomesHaveTheirTones() {
        var id = UUID.randomUUID();
        assertThat(PlanStatus.tone(new Ran(id, record(id, ExecutionStatus.COMPLETED, 0)))).isEqualTo(Tone.GOOD);
        assertThat(PlanStatus.tone(new Ran(id, record(id, ExecutionStatus.COMPLETED, 254)))).isEqualTo(Tone.BAD);
        assertThat(PlanStatus.tone(new Ran(id, record(id, ExecutionStatus.INTERRUPTED, null)))).isEqualTo(Tone.BAD);
        assertThat(PlanStatus.tone(new Ran(id, record(id, ExecutionStatus.CANCELLED, null)))).isEqualTo(Tone.OFF);
        assertThat(PlanStatus.tone(new Ran(id, record(id, ExecutionStatus.RUNNING, null)))).isEqualTo(Tone.BUSY);
        assertThat(PlanStatus.tone(new Ran(id, null))).isEqualTo(Tone.OFF);
        assertThat(PlanStatus.ran(new Ran(id, record(id, ExecutionStatus.COMPLETED, 254))))
                .isEqualTo("● completed, exit code 254:  aws rds stop-db-instance");
    }
}
