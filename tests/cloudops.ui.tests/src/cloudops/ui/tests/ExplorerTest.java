package cloudops.ui.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.storage.StorageException;
import cloudops.ui.PerspectiveIds;
import cloudops.ui.WidgetId;

class ExplorerTest {

    private static final int NAME = 0;
    private static final int STATE = 2;
    private static final String[] RDS = {"All accounts", "production", "us-west-2", "RDS"};

    private Services services;

    @BeforeEach
    void open() {
        services = new Services();
        services.estate.replaceAll(Estates.realistic());
        Ui.perspective(PerspectiveIds.EXPLORER);
        Ui.type(WidgetId.EXPLORER_SEARCH, "");
        refresh();
        Ui.click(WidgetId.EXPLORER_TREE, "All accounts");
    }

    @AfterEach
    void close() {
        services.close();
    }

    private static void refresh() {
        Ui.run(() -> {
            try {
                PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand("cloudops.ui.explorer.refresh", null);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void summaryIs(String text) {
        Ui.until("summary " + text, () -> Ui.visible(WidgetId.EXPLORER_SUMMARY, Label.class).stream().anyMatch(l -> l.getText().equals(text)));
    }

    private static String fact(String... path) {
        return Ui.<String>item(WidgetId.EXPLORER_DETAILS, item -> item.getText(1) + ": " + item.getText(2), path);
    }

    @Test
    void findsTheDatabaseAndReadsItsState() {
        Ui.type(WidgetId.EXPLORER_SEARCH, "pg-instance-main1");
        summaryIs("1 of 306 resources");
        var row = Ui.row(WidgetId.EXPLORER_TABLE, NAME, "pg-instance-main1");
        assertThat(Ui.cell(WidgetId.EXPLORER_TABLE, row, STATE)).isEqualTo("● available");
        Ui.select(WidgetId.EXPLORER_TABLE, row);
        Ui.until("details", () -> Ui.visible(WidgetId.EXPLORER_DETAILS_NAME, Label.class).stream()
                .anyMatch(label -> label.getText().equals("pg-instance-main1")));
        assertThat(fact("Permissions", "rds:DeleteDBInstance")).isEqualTo("denied: explicit deny in policy ProtectDatabases");
        assertThat(fact("What it allows now", "Can be started")).isEqualTo("no: state is available");
        Ui.type(WidgetId.EXPLORER_SEARCH, "pg");
        Ui.row(WidgetId.EXPLORER_TABLE, NAME, "pg-backups-bucket");
        Screenshot.take("explorer");
    }

    @Test
    void treeCountsAndNarrowsTheTable() {
        assertThat(Ui.<String>item(WidgetId.EXPLORER_TREE, TreeItem::getText, RDS)).isEqualTo("RDS  3");
        Ui.click(WidgetId.EXPLORER_TREE, RDS);
        summaryIs("3 resources");
        assertThat(Ui.<Integer>on(() -> Ui.visible(WidgetId.EXPLORER_TABLE, Table.class).getFirst().getItemCount())).isEqualTo(3);
        Ui.click(WidgetId.EXPLORER_TREE, "All accounts", "production", "us-west-2", "RDS", "pg-reporting");
        Ui.until("details", () -> Ui.visible(WidgetId.EXPLORER_DETAILS_NAME, Label.class).stream()
                .anyMatch(label -> label.getText().equals("pg-reporting")));
    }

    @Test
    void enterSearchesBestFirst() {
        Ui.type(WidgetId.EXPLORER_SEARCH, "pg main");
        Ui.enter(WidgetId.EXPLORER_SEARCH);
        summaryIs("2 found, best first");
        assertThat(Ui.cell(WidgetId.EXPLORER_TABLE, 0, NAME)).isEqualTo("pg-instance-main2");
    }

    @Test
    void hostileNamesAreShownHarmlessly() {
        Ui.type(WidgetId.EXPLORER_SEARCH, "i-hostile");
        summaryIs("7 of 306 resources");
        Ui.row(WidgetId.EXPLORER_TABLE, NAME, "two‹LF›lines‹TAB›and a tab");
        Ui.row(WidgetId.EXPLORER_TABLE, NAME, "abc‹U+202E›gnp.exe");
        Ui.select(WidgetId.EXPLORER_TABLE, Ui.row(WidgetId.EXPLORER_TABLE, NAME, "A&B &copy"));
        Ui.until("name with ampersands", () -> Ui.visible(WidgetId.EXPLORER_DETAILS_NAME, Label.class).stream()
                .anyMatch(label -> label.getText().equals("A&&B &&copy")));
        Screenshot.take("explorer-hostile");
    }

    @Test
    void emptyEstateSaysWhatToDo() {
        services.estate.replaceAll(List.of());
        refresh();
        Ui.until("empty state", () -> Ui.visible(WidgetId.MESSAGE_HEADING, Label.class).stream()
                .anyMatch(label -> label.getText().equals("No resources yet")));
        assertThat(Ui.<String>on(() -> Ui.visible(WidgetId.STATUS_ESTATE, Label.class).getFirst().getText())).isEqualTo("No resources yet");
        Screenshot.take("explorer-empty");
    }

    @Test
    void failureSaysWhatToDo() {
        services.estate.replaceAll(List.of());
        refresh();
        Ui.find(WidgetId.EXPLORER_EMPTY, Composite.class);
        services.estate.fail(new StorageException(StorageException.Problem.LOCKED, "another process uses this home"));
        refresh();
        Ui.until("error state", () -> Ui.visible(WidgetId.MESSAGE_TEXT, Label.class).stream().anyMatch(label -> label.getText()
                .equals("Another process uses this home\n\nClose the other CloudOps that uses this home, then refresh.")));
        Screenshot.take("explorer-failed");
    }

    @Test
    void comesBackWhenTheServiceDoes() {
        var estate = Estates.realistic();
        // an estate that was never read has no summary
        summaryIs("306 resources");
        services.close();
        refresh();
        Ui.until("trouble in the summary", () -> Ui.visible(WidgetId.EXPLORER_SUMMARY, Label.class).stream()
                .anyMatch(label -> label.getText().contains("The estate storage is not running")));
        services = new Services();
        services.estate.replaceAll(estate);
        refresh();
        summaryIs("306 resources");
    }

    @Test
    void slowStorageDoesNotHoldTheWindow() {
        var gate = services.estate.hang();
        try {
            refresh();
            Ui.type(WidgetId.EXPLORER_SEARCH, "pg");
            Ui.enter(WidgetId.EXPLORER_SEARCH);
            Ui.answersAtOnce();
        } finally {
            gate.countDown();
        }
    }

    @Test
    void largeEstateStaysCheap() {
        services.estate.replaceAll(Estates.large(20_000));
        refresh();
        summaryIs("20000 resources");
        UiGap.during(() -> {
            Ui.type(WidgetId.EXPLORER_SEARCH, "node-0001");
            summaryIs("10 of 20000 resources");
            Ui.type(WidgetId.EXPLORER_SEARCH, "");
            summaryIs("20000 resources");
        }).within(Duration.ofMillis(250));
        assertThat(Ui.cell(WidgetId.EXPLORER_TABLE, 19_999, NAME)).isEqualTo("node-19999");
        assertThat(Ui.<Integer>item(WidgetId.EXPLORER_TREE, more -> more.getParentItem().getItemCount(), "All accounts", "production", "us-east-1",
                "EC2", "19800 more")).isEqualTo(201);
    }

    @Test
    void findPutsTheCursorIntoTheSearchBox() {
        Ui.run(() -> {
            try {
                PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand("org.eclipse.ui.edit.findReplace", null);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        Ui.until("focus in the search box", () -> Ui.visible(WidgetId.EXPLORER_SEARCH, Text.class).getFirst().isFocusControl());
    }

    @Test
    void selectionAndOpenNodesSurviveARefresh() {
        Ui.click(WidgetId.EXPLORER_TREE, RDS);
        summaryIs("3 resources");
        services.estate.put(Estates.postgres("pg-new", "available"));
        refresh();
        summaryIs("4 resources");
        Ui.until("same node selected", () -> Ui.visible(WidgetId.EXPLORER_TREE, Tree.class).getFirst().getSelection().length == 1
                && Ui.visible(WidgetId.EXPLORER_TREE, Tree.class).getFirst().getSelection()[0].getText().equals("RDS  4"));
        assertThat(Ui.<Boolean>on(() -> Ui.visible(WidgetId.EXPLORER_TREE, Tree.class).getFirst().getSelection()[0].getExpanded())).isTrue();
    }
}
