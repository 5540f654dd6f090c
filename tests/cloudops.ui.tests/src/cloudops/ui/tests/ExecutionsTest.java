package cloudops.ui.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Label;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.spi.EventHandler;
import cloudops.ui.PerspectiveIds;
import cloudops.ui.WidgetId;

class ExecutionsTest {

    private static final int STATUS = 0;
    private static final int COMMAND = 3;

    private Services services;

    @BeforeEach
    void open() {
        services = new Services();
        Ui.perspective(PerspectiveIds.EXECUTIONS);
    }

    @AfterEach
    void close() {
        services.close();
    }

    /** As the engine does when something starts. */
    private static void changed() {
        var context = FrameworkUtil.getBundle(ExecutionsTest.class).getBundleContext();
        var event = new ExecutionEvent.Progress(UUID.randomUUID(), Instant.now(), "a", ExecutionStatus.COMPLETED, 1, 1);
        try {
            context.getServiceReferences(EventHandler.class, null).forEach(handler -> context.getService(handler).handle(event));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("there is no filter", e);
        }
    }

    private static void outputContains(String text) {
        Ui.until("output " + text,
                () -> Ui.visible(WidgetId.EXECUTIONS_OUTPUT, StyledText.class).stream().anyMatch(view -> view.getText().contains(text)));
    }

    @Test
    void listsExecutionsAndShowsLiveOutput() {
        var now = Instant.now();
        services.engine.start("aws ec2 describe-instances --region us-east-1", now.minusSeconds(600), Estates.PRODUCTION, "List instances")
                .end(ExecutionStatus.COMPLETED, 0, now.minusSeconds(597));
        services.engine.start("aws rds delete-db-instance --db-instance-identifier pg-old --skip-final-snapshot", now.minusSeconds(400),
                Estates.PRODUCTION, "Delete pg-old").print(Stream.STDERR, "An error occurred (AccessDenied) when calling the DeleteDBInstance")
                .end(ExecutionStatus.COMPLETED, 254, now.minusSeconds(398));
        services.engine.start("aws ec2 stop-instances --instance-ids i-0a1b2c3d4e5f60718", now.minusSeconds(200), Estates.STAGING,
                "Stop pg-backup-server").end(ExecutionStatus.CANCELLED, null, now.minusSeconds(190));
        var run = services.engine.start("aws rds wait db-instance-available --db-instance-identifier pg-instance-main1", now.minusSeconds(65),
                Estates.PRODUCTION, "Wait until pg-instance-main1 is available");
        changed();
        var row = Ui.row(WidgetId.EXECUTIONS_TABLE, COMMAND,
                "aws rds wait db-instance-available --db-instance-identifier pg-instance-main1");
        assertThat(row).isZero();
        assertThat(Ui.cell(WidgetId.EXECUTIONS_TABLE, 0, STATUS)).isEqualTo("● Running");
        assertThat(Ui.cell(WidgetId.EXECUTIONS_TABLE, 1, STATUS)).isEqualTo("● Cancelled");
        assertThat(Ui.cell(WidgetId.EXECUTIONS_TABLE, 2, STATUS)).isEqualTo("● Failed, exit code 254");
        assertThat(Ui.cell(WidgetId.EXECUTIONS_TABLE, 3, STATUS)).isEqualTo("● Completed");
        Ui.select(WidgetId.EXECUTIONS_TABLE, 0);
        run.print(Stream.STDOUT, "polling: modifying");
        outputContains("polling: modifying");
        run.print(Stream.STDERR, "warning: slow \u001b[31mred\u0007");
        outputContains("warning: slow ‹ESC›[31mred‹BEL›");
        for (var i = 1; i <= 8; i++) {
            run.print(Stream.STDOUT, "polling: modifying (" + i * 8 + " s)");
        }
        outputContains("(64 s)");
        Screenshot.take("executions");

        Ui.press(WidgetId.EXECUTIONS_CANCEL);
        Ui.until("cancelled", () -> Ui.visible(WidgetId.EXECUTIONS_STATUS, Label.class).stream()
                .anyMatch(label -> label.getText().equals("● Cancelled")));
        assertThat(Ui.<Boolean>on(() -> Ui.visible(WidgetId.EXECUTIONS_CANCEL, Button.class).getFirst().isEnabled())).isFalse();
        outputContains("cancelled after");
    }

    @Test
    void endlessOutputIsBounded() {
        var run = services.engine.start("yes", Instant.now(), null, null);
        changed();
        Ui.row(WidgetId.EXECUTIONS_TABLE, COMMAND, "yes");
        Ui.select(WidgetId.EXECUTIONS_TABLE, 0);
        UiGap.during(() -> {
            for (var i = 0; i < 200_000; i++) {
                run.print(Stream.STDOUT, "line " + i);
            }
            outputContains("line 199999");
        }).within(Duration.ofMillis(250));
        assertThat(Ui.<Integer>on(() -> Ui.visible(WidgetId.EXECUTIONS_OUTPUT, StyledText.class).getFirst().getLineCount()))
                .isLessThanOrEqualTo(10_001);
    }

    @Test
    void emptyListSaysWhatWillBeThere() {
        changed();
        Ui.until("empty state", () -> Ui.visible(WidgetId.MESSAGE_HEADING, Label.class).stream()
                .anyMatch(label -> label.getText().equals("Nothing was run yet")));
        Screenshot.take("executions-empty");
    }
}
