package cloudops.ui.demo.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Table;
import org.junit.jupiter.api.Test;

import cloudops.ui.PerspectiveIds;
import cloudops.ui.WidgetId;
import cloudops.ui.tests.Screenshot;
import cloudops.ui.tests.Ui;

/** The window on the real services: simulator, scan, encrypted store, search, agent, engine. Nothing here is a double. */
class DemonstrationTest {

    private static final String DATABASE = "pg-instance-main1";
    private static final int NAME = 0;
    private static final int STATE = 2;
    private static final int COMMAND = 3;

    private static void labelIs(WidgetId id, String text) {
        Ui.until(id.id() + " " + text, () -> Ui.visible(id, Label.class).stream().anyMatch(label -> label.getText().equals(text)));
    }

    /** Waits until the Explorer shows the database in this state. */
    private static void stateIs(String state) {
        Ui.await(DATABASE + " " + state, () -> Ui.visible(WidgetId.EXPLORER_TABLE, Table.class).stream().findFirst().flatMap(table -> {
            for (var item : table.getItems()) {
                if (item.getText(NAME).equals(DATABASE) && item.getText(STATE).equals("● " + state)) {
                    return Optional.of(true);
                }
            }
            return Optional.empty();
        }));
    }

    @Test
    void aSentenceStopsADatabase() {
        Ui.perspective(PerspectiveIds.EXPLORER);
        Ui.type(WidgetId.EXPLORER_SEARCH, "pg-instance");
        stateIs("available");
        Ui.select(WidgetId.EXPLORER_TABLE, Ui.row(WidgetId.EXPLORER_TABLE, NAME, DATABASE));
        labelIs(WidgetId.EXPLORER_DETAILS_NAME, DATABASE);
        assertThat(Ui.<String>item(WidgetId.EXPLORER_DETAILS, item -> item.getText(1), "Permissions", "rds:StopDBInstance"))
                .isEqualTo("allowed");
        assertThat(Ui.<String>item(WidgetId.EXPLORER_DETAILS, item -> item.getText(1), "Permissions", "rds:DeleteDBInstance"))
                .isEqualTo("denied");
        Screenshot.take("demo-explorer");

        Ui.perspective(PerspectiveIds.CHAT);
        Ui.type(WidgetId.CHAT_PROMPT, "Stop " + DATABASE);
        Ui.enter(WidgetId.CHAT_PROMPT);
        labelIs(WidgetId.PLAN_STATUS, "Waits for your approval");
        var plan = Ui.find(WidgetId.PLAN_TEXT, StyledText.class);
        assertThat(Ui.<String>on(plan::getText)).contains("aws rds stop-db-instance --db-instance-identifier " + DATABASE)
                .contains("✓ allowed  rds:StopDBInstance");
        Ui.press(WidgetId.PLAN_APPROVE);
        labelIs(WidgetId.PLAN_STATUS, "Done");
        labelIs(WidgetId.PLAN_OUTCOME, DATABASE + ": available → stopped");
        Screenshot.take("demo-chat");

        Ui.perspective(PerspectiveIds.EXECUTIONS);
        var executed = Ui.await("the execution", () -> Ui.visible(WidgetId.EXECUTIONS_TABLE, Table.class).stream()
                .filter(table -> table.getItemCount() > 0).map(table -> table.getItem(0).getText(COMMAND)).findFirst());
        assertThat(executed).startsWith("aws rds stop-db-instance");
        Ui.until("its output", () -> Ui.visible(WidgetId.EXECUTIONS_OUTPUT, StyledText.class).stream()
                .anyMatch(output -> output.getText().contains("exit code 0")));
        Screenshot.take("demo-executions");

        Ui.perspective(PerspectiveIds.EXPLORER);
        stateIs("stopped");
    }
}
