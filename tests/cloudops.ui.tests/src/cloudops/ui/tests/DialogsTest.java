package cloudops.ui.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.eclipse.jface.dialogs.ErrorDialog;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.ToolItem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;

import cloudops.storage.spi.PassphraseSource;
import cloudops.ui.PerspectiveIds;
import cloudops.ui.WidgetId;

class DialogsTest {

    private Services services;

    @BeforeEach
    void open() {
        services = new Services();
        // the test harness turns it on, and then no report is shown
        ErrorDialog.AUTOMATED_MODE = false;
        Ui.perspective(PerspectiveIds.EXPLORER);
    }

    @AfterEach
    void close() {
        services.close();
    }

    private static void check(WidgetId list, String label) {
        Ui.until(label + " in " + list.id(), () -> Ui.visible(list, Table.class).stream().anyMatch(table -> {
            for (var item : table.getItems()) {
                if (item.getText().startsWith(label)) {
                    item.setChecked(true);
                    var event = new Event();
                    event.item = item;
                    event.detail = SWT.CHECK;
                    table.notifyListeners(SWT.Selection, event);
                    return true;
                }
            }
            return false;
        }));
    }

    @Test
    void scanAsksWhatAndSaysWhatFailed() {
        services.scanner.finds(Estates.realistic());
        services.scanner.failsAt("rds", "us-west-2");
        Ui.pressForDialog(WidgetId.EXPLORER_SCAN, ToolItem.class);
        check(WidgetId.SCAN_PROFILES, "production");
        Screenshot.take("scan");
        assertThat(Ui.<Boolean>on(() -> Ui.visible(WidgetId.SCAN_START, Button.class).getFirst().isEnabled())).isTrue();
        Ui.type(WidgetId.SCAN_REGIONS, "us-west-2, eu-central-1");
        Ui.pressForDialog(WidgetId.SCAN_START, Button.class);

        var report = Ui.await("report", () -> Ui.shell("Scan"));
        assertThat(Ui.<String>on(() -> Ui.words(report))).contains("306 resources found").contains("1 problems");
        Ui.run(report::close);
        assertThat(services.scanner.requests()).singleElement().satisfies(request -> {
            assertThat(request.profiles()).containsExactly("production");
            assertThat(request.regions()).containsExactly("us-west-2", "eu-central-1");
            assertThat(request.services()).isEmpty();
            assertThat(request.cleanupStale()).isTrue();
        });
        Ui.row(WidgetId.EXPLORER_TABLE, 0, "pg-instance-main1");
    }

    @Test
    void scanNeedsAProfile() {
        Ui.pressForDialog(WidgetId.EXPLORER_SCAN, ToolItem.class);
        Ui.until("profiles", () -> Ui.visible(WidgetId.SCAN_PROFILES, Table.class).stream().anyMatch(table -> table.getItemCount() == 2));
        var start = Ui.find(WidgetId.SCAN_START, Button.class);
        assertThat(Ui.<Boolean>on(start::isEnabled)).as("nothing is checked").isFalse();
        Ui.run(() -> start.getShell().close());
        assertThat(services.scanner.requests()).isEmpty();
    }

    @Test
    void aNewPassphraseIsTypedTwice() throws Exception {
        var answer = askPassphrase(true);
        Ui.type(WidgetId.PASSPHRASE, "correct horse");
        assertThat(okEnabled()).isFalse();
        Ui.type(WidgetId.PASSPHRASE_REPEATED, "correct house");
        assertThat(okEnabled()).isFalse();
        Ui.type(WidgetId.PASSPHRASE_REPEATED, "correct horse");
        assertThat(okEnabled()).isTrue();
        Screenshot.take("passphrase");
        Ui.press(WidgetId.PASSPHRASE_OK);
        assertThat(answer.get(Ui.PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasValueSatisfying(
                passphrase -> assertThat(passphrase).isEqualTo("correct horse".toCharArray()));
    }

    @Test
    void noPassphraseIsNoFailure() throws Exception {
        var answer = askPassphrase(false);
        var field = Ui.find(WidgetId.PASSPHRASE, Text.class);
        Ui.run(() -> field.getShell().close());
        assertThat(answer.get(Ui.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    }

    private static boolean okEnabled() {
        return Ui.on(() -> Ui.visible(WidgetId.PASSPHRASE_OK, Button.class).stream().allMatch(Control::isEnabled));
    }

    /** As the storage does, from a thread of its own. */
    private static CompletableFuture<Optional<char[]>> askPassphrase(boolean create) {
        var context = FrameworkUtil.getBundle(DialogsTest.class).getBundleContext();
        var source = context.getService(context.getServiceReference(PassphraseSource.class));
        var answer = new CompletableFuture<Optional<char[]>>();
        Thread.ofVirtual().start(() -> answer.complete(source.passphrase(Path.of("/home/jane/.cloudops"), create)));
        Ui.find(WidgetId.PASSPHRASE, Text.class);
        return answer;
    }
}
