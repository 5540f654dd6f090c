package cloudops.ui.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.execution.ExecutionStatus;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.ui.PerspectiveIds;
import cloudops.ui.WidgetId;

class PastConversationsTest {

    private static final int TITLE = 0;
    private static final UUID STOPPED = UUID.randomUUID();
    private static final UUID BUCKETS = UUID.randomUUID();
    private static final UUID HOSTILE = UUID.randomUUID();

    private Services services;

    @BeforeEach
    void open() {
        services = new Services(PastConversationsTest::fill);
        Ui.perspective(PerspectiveIds.CHAT);
        Ui.press(WidgetId.CHAT_NEW);
    }

    private static void fill(Services services) {
        services.estate.replaceAll(Estates.realistic());
        var yesterday = Instant.parse("2026-03-01T10:00:00Z");
        var ok = services.engine.start("aws rds stop-db-instance --db-instance-identifier pg-instance-main1", yesterday, "123456789012", "Stop");
        ok.end(ExecutionStatus.COMPLETED, 0, yesterday.plusSeconds(1));
        var bad = services.engine.start("aws rds start-db-instance --db-instance-identifier pg-instance-main1", yesterday, "123456789012", "Start");
        bad.end(ExecutionStatus.COMPLETED, 254, yesterday.plusSeconds(1));
        services.chats.add(STOPPED, yesterday, Role.USER, "Stop pg-instance-main1", List.of());
        services.chats.add(STOPPED, yesterday.plusSeconds(2), Role.ASSISTANT, "I will stop the RDS instance 'pg-instance-main1'.", List.of());
        services.chats.add(STOPPED, yesterday.plusSeconds(30), Role.ASSISTANT, "The plan ran.", List.of(ok.id(), bad.id(), UUID.randomUUID()));
        services.chats.add(STOPPED, yesterday.plusSeconds(60), Role.USER, "How long did it take?", List.of());
        services.chats.add(BUCKETS, yesterday.plusSeconds(600), Role.USER, "Which buckets are public?", List.of());
        services.chats.add(BUCKETS, yesterday.plusSeconds(602), Role.ASSISTANT, "Two buckets of staging are public.", List.of());
        services.chats.add(HOSTILE, Instant.now(), Role.USER, "&File \u202e\u05e9\u05dc\u05d5\u05dd \ud83d\udc18\n$(reboot)\u0007" + "x".repeat(100_000), List.of());
    }

    @AfterEach
    void close() {
        services.close();
    }

    private static void titlesAre(String... titles) {
        Ui.until(String.join(", ", titles), () -> titles().equals(List.of(titles)));
    }

    /** On the UI thread. */
    private static List<String> titles() {
        return Ui.visible(WidgetId.PAST_TABLE, Table.class).stream().flatMap(table -> List.of(table.getItems()).stream())
                .map(item -> item.getText(TITLE)).map(title -> title.contains("‹U+202E›") && title.contains("$(reboot)") && !title.contains("\u202e") ? "hostile" : title).toList();
    }

    private static void said(String... words) {
        Ui.until("said: " + String.join(", ", words), () -> List.of(words).stream().allMatch(allText()::contains));
    }

    private static String allText() {
        var words = new StringBuilder();
        for (var message : Ui.visible(WidgetId.CHAT_MESSAGE, Composite.class)) {
            collect(message, words);
        }
        return words.toString();
    }

    private static void collect(Control control, StringBuilder words) {
        switch (control) {
            case StyledText text -> words.append(text.getText()).append('\n');
            case Label label -> words.append(label.getText()).append('\n');
            case Composite composite -> List.of(composite.getChildren()).forEach(child -> collect(child, words));
            default -> {
            }
        }
    }

    private static void choose(String title) {
        Ui.select(WidgetId.PAST_TABLE, Ui.row(WidgetId.PAST_TABLE, TITLE, title));
    }

    @Test
    void oldConversationIsOpenedWithItsOutcomesAndContinued() {
        titlesAre("hostile", "Which buckets are public?", "Stop pg-instance-main1");
        choose("Stop pg-instance-main1");
        said("Stop pg-instance-main1", "I will stop the RDS instance", "The plan ran.", "● completed, exit code 0:  aws rds stop-db-instance",
                "● completed, exit code 254:  aws rds start-db-instance", "is no longer in the history", "No answer is kept.");
        Screenshot.take("chat-past");

        Ui.type(WidgetId.CHAT_PROMPT, "Stop pg-instance-main2");
        Ui.enter(WidgetId.CHAT_PROMPT);
        Ui.until("kept in the old one", () -> services.chats.messages.stream()
                .anyMatch(message -> message.conversation().equals(STOPPED) && message.content().equals("Stop pg-instance-main2")));
        assertThat(services.answers.conversations()).containsExactly(STOPPED.toString());
        titlesAre("Stop pg-instance-main1", "hostile", "Which buckets are public?");
        Ui.answersAtOnce();
        Screenshot.take("chat-continued");
    }

    @Test
    void searchFindsAndAnEmptyOneListsAll() {
        titlesAre("hostile", "Which buckets are public?", "Stop pg-instance-main1");
        Ui.type(WidgetId.PAST_SEARCH, "staging");
        Ui.enter(WidgetId.PAST_SEARCH);
        titlesAre("Two buckets of staging are public.");
        choose("Two buckets of staging are public.");
        said("Which buckets are public?", "Two buckets of staging are public.");
        Ui.type(WidgetId.PAST_SEARCH, "nothing like it");
        Ui.enter(WidgetId.PAST_SEARCH);
        Ui.until("nothing found", () -> Ui.visible(WidgetId.PAST_EMPTY, Composite.class).stream().map(Ui::words)
                .anyMatch(words -> words.contains("Nothing like “nothing like it” was said.")));
        Ui.type(WidgetId.PAST_SEARCH, "");
        Ui.until("all", () -> titles().size() == 3);
    }

    @Test
    void conversationIsDeletedOnceItWasAskedFor() {
        titlesAre("hostile", "Which buckets are public?", "Stop pg-instance-main1");
        choose("Which buckets are public?");
        said("Two buckets of staging are public.");
        answer("Cancel");
        assertThat(services.chats.messages).hasSize(7);
        answer("Delete");
        titlesAre("hostile", "Stop pg-instance-main1");
        Ui.until("an empty conversation", () -> allText().isEmpty());
        assertThat(services.chats.messages).hasSize(5);
    }

    /** Presses Delete… and a button of the dialog that comes. */
    private static void answer(String button) {
        Ui.until("delete", () -> Ui.visible(WidgetId.PAST_DELETE, Button.class).stream().anyMatch(Button::isEnabled));
        Ui.pressForDialog(WidgetId.PAST_DELETE, Button.class);
        var pressed = Ui.await(button, () -> Ui.shell("Delete a conversation").flatMap(shell -> find(shell, button)));
        if (button.equals("Delete")) {
            Screenshot.take("chat-delete");
        }
        Ui.run(() -> pressed.notifyListeners(SWT.Selection, new Event()));
        Ui.until("no dialog", () -> Ui.shell("Delete a conversation").isEmpty());
    }

    private static Optional<Button> find(Composite parent, String text) {
        for (var child : parent.getChildren()) {
            if (child instanceof Button button && button.getText().replace("&", "").equals(text)) {
                return Optional.of(button);
            }
            if (child instanceof Composite inner) {
                var found = find(inner, text);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void lockedStoreSaysWhatToDoAndComesBack() {
        titlesAre("hostile", "Which buckets are public?", "Stop pg-instance-main1");
        services.chats.failure = new StorageException(Problem.LOCKED, "the store is being written by another process", null);
        choose("Which buckets are public?");
        Ui.until("why it does not open", () -> Ui.visible(WidgetId.PAST_TROUBLE, Label.class).stream()
                .anyMatch(label -> label.getText().equals("The store is being written by another process")));
        services.chats.failure = new StorageException(Problem.NO_KEY, "no passphrase was given", null);
        Ui.type(WidgetId.PAST_SEARCH, "anything");
        Ui.enter(WidgetId.PAST_SEARCH);
        Ui.until("no key", () -> Ui.visible(WidgetId.PAST_EMPTY, Composite.class).stream().map(Ui::words)
                .anyMatch(words -> words.contains("The conversations cannot be read") && words.contains("No passphrase was given")
                        && words.contains("CLOUDOPS_PASSPHRASE")));
        Screenshot.take("chat-past-locked");
        services.chats.failure = null;
        Ui.type(WidgetId.PAST_SEARCH, "");
        Ui.until("all", () -> titles().size() == 3);
    }
}
