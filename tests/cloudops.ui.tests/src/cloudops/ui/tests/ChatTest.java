package cloudops.ui.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.storage.ChatStorage.Message;
import cloudops.storage.ChatStorage.Role;
import cloudops.ui.PerspectiveIds;
import cloudops.ui.WidgetId;

class ChatTest {

    private Services services;

    @BeforeEach
    void open() {
        services = new Services();
        services.estate.replaceAll(Estates.realistic());
        Ui.perspective(PerspectiveIds.CHAT);
        Ui.press(WidgetId.CHAT_NEW);
    }

    @AfterEach
    void close() {
        services.close();
    }

    private static void ask(String prompt) {
        Ui.type(WidgetId.CHAT_PROMPT, prompt);
        Ui.enter(WidgetId.CHAT_PROMPT);
        assertThat(Ui.<String>on(() -> Ui.visible(WidgetId.CHAT_PROMPT, Text.class).getFirst().getText())).isEmpty();
    }

    private static String text(WidgetId id) {
        var text = Ui.find(id, StyledText.class);
        return Ui.on(text::getText);
    }

    private static void labelIs(WidgetId id, String text) {
        Ui.until(id.id() + " " + text, () -> Ui.visible(id, Label.class).stream().anyMatch(label -> label.getText().equals(text)));
    }

    @Test
    void planIsShownApprovedRunAndItsEffectRead() {
        ask("Stop pg-instance-main1");
        labelIs(WidgetId.PLAN_TITLE, "Stop pg-instance-main1");
        labelIs(WidgetId.PLAN_RISK, "Medium risk");
        labelIs(WidgetId.PLAN_STATUS, "Waits for your approval");
        assertThat(text(WidgetId.PLAN_TEXT)).contains("I will stop the RDS PostgreSQL instance")
                .contains("aws rds stop-db-instance --db-instance-identifier pg-instance-main1 --region us-west-2")
                .contains("Multi-AZ is enabled").contains("Unavailable until it is started again")
                .contains("✓ allowed  rds:StopDBInstance on pg-instance-main1: allowed by policy Operators (evaluated on this machine)");
        assertThat(services.answers.approvals()).isEmpty();

        Ui.press(WidgetId.PLAN_APPROVE);
        labelIs(WidgetId.PLAN_STATUS, "Done");
        labelIs(WidgetId.PLAN_OUTCOME, "pg-instance-main1: available → stopped");
        assertThat(text(WidgetId.PLAN_OUTPUT)).contains("$ aws rds stop-db-instance").contains("\"DBInstanceStatus\": \"stopping\"")
                .contains("exit code 0 after");
        assertThat(services.answers.approvals()).singleElement().satisfies(approval -> {
            assertThat(approval.hash()).isEqualTo(PlannedAnswers.HASH);
            assertThat(approval.approvedBy()).isEqualTo(System.getProperty("user.name"));
        });
        assertThat(services.answers.refreshed()).isEqualTo(1);
        Screenshot.take("chat");
    }

    @Test
    void whatIsSaidAndRunIsKept() {
        ask("Stop pg-instance-main1");
        labelIs(WidgetId.PLAN_TITLE, "Stop pg-instance-main1");
        Ui.press(WidgetId.PLAN_APPROVE);
        labelIs(WidgetId.PLAN_STATUS, "Done");
        Ui.until("three messages", () -> services.chats.messages.size() == 3);
        var messages = services.chats.messages;
        assertThat(messages.stream().map(Message::role)).containsExactly(Role.USER, Role.ASSISTANT, Role.ASSISTANT);
        assertThat(messages.getFirst().content()).isEqualTo("Stop pg-instance-main1");
        assertThat(messages.getLast().executions()).hasSize(1);
        assertThat(messages.stream().map(Message::conversation)).containsOnly(messages.getFirst().conversation());
        assertThat(services.answers.conversations()).containsExactly(messages.getFirst().conversation().toString());

        Ui.press(WidgetId.CHAT_NEW);
        ask("Stop pg-instance-main2");
        Ui.until("five messages", () -> messages.size() == 5);
        assertThat(messages.getLast().conversation()).isNotEqualTo(messages.getFirst().conversation());
    }

    @Test
    void rejectedPlanNeverRuns() {
        ask("Stop pg-instance-main2");
        Ui.press(WidgetId.PLAN_REJECT);
        labelIs(WidgetId.PLAN_STATUS, "Rejected; nothing was run");
        assertThat(Ui.<Boolean>on(() -> Ui.visible(WidgetId.PLAN_APPROVE, Button.class).isEmpty())).isTrue();
        assertThat(services.answers.approvals()).isEmpty();
        Screenshot.take("chat-rejected");
    }

    @Test
    void runningPlanCanBeCancelled() {
        var finish = services.answers.hold();
        ask("Stop pg-instance-main1");
        Ui.press(WidgetId.PLAN_APPROVE);
        labelIs(WidgetId.PLAN_STATUS, "Running step 1 of 1…");
        Ui.until("live output", () -> Ui.visible(WidgetId.PLAN_OUTPUT, StyledText.class).stream()
                .anyMatch(text -> text.getText().contains("stopping")));
        Ui.answersAtOnce();
        Ui.press(WidgetId.PLAN_CANCEL);
        labelIs(WidgetId.PLAN_STATUS, "Cancelled");
        labelIs(WidgetId.PLAN_OUTCOME, "pg-instance-main1: still available");
        finish.countDown();
    }

    @Test
    void questionIsAnsweredByAButton() {
        ask("Stop the database");
        Ui.until("choices", () -> Ui.visible(WidgetId.CHAT_CHOICE, Button.class).size() == 3);
        Screenshot.take("chat-question");
        Ui.run(() -> Ui.visible(WidgetId.CHAT_CHOICE, Button.class).getFirst().notifyListeners(SWT.Selection,
                new Event()));
        labelIs(WidgetId.PLAN_TITLE, "Stop pg-instance-main1");
        assertThat(services.answers.prompts()).containsExactly("Stop the database", "Stop pg-instance-main1");
    }

    @Test
    void failureSaysWhatToDo() {
        ask("nonsense");
        Ui.until("failure", () -> allText().contains("No playbook fits this request\nWord the request in another way."));
    }

    /** On the UI thread: all that is said in the conversation. */
    private static String allText() {
        var words = new StringBuilder();
        for (var message : Ui.visible(WidgetId.CHAT_MESSAGE, Composite.class)) {
            for (var child : message.getChildren()) {
                if (child instanceof StyledText text) {
                    words.append(text.getText()).append('\n');
                }
            }
        }
        return words.toString();
    }

    @Test
    void hostilePromptIsShownHarmlessly() {
        ask("Stop pg-instance-main1 \u202E&& $(reboot)");
        Ui.until("prompt", () -> allText().contains("Stop pg-instance-main1 ‹U+202E›&& $(reboot)"));
        labelIs(WidgetId.PLAN_TITLE, "Stop pg-instance-main1");
    }
}
