package cloudops.ui.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.ToolBar;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.swt.widgets.Widget;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.WorkbenchException;

import cloudops.ui.WidgetId;

/**
 * Finds and uses the widgets of the running workbench by their {@link WidgetId}, from a thread that is not the UI's. Everything waits until
 * it is possible, at most {@link #PATIENCE}; a condition is looked at again on the UI thread after what it did meanwhile.
 */
public final class Ui {

    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int LOOK_AGAIN_MILLIS = 20;

    private Ui() {
    }

    public static Display display() {
        return PlatformUI.getWorkbench().getDisplay();
    }

    /** Runs on the UI thread and waits for it. */
    public static <T> T on(Supplier<T> work) {
        return display().syncCall(work::get);
    }

    public static void run(Runnable work) {
        display().syncExec(work);
    }

    /** Waits until {@code look}, on the UI thread, finds something. */
    public static <T> T await(String what, Supplier<Optional<T>> look) {
        var found = new CompletableFuture<T>();
        var deadline = Instant.now().plus(PATIENCE);
        display().asyncExec(new Runnable() {
            @Override
            public void run() {
                try {
                    look.get().ifPresentOrElse(found::complete, () -> {
                        if (Instant.now().isBefore(deadline)) {
                            display().timerExec(LOOK_AGAIN_MILLIS, this);
                        } else {
                            found.completeExceptionally(new AssertionError("never seen: " + what));
                        }
                    });
                } catch (RuntimeException | Error e) {
                    found.completeExceptionally(e);
                }
            }
        });
        try {
            return found.get(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what, e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the UI thread does not answer; waited for: " + what, e);
        }
    }

    public static void until(String what, Supplier<Boolean> condition) {
        await(what, () -> condition.get() ? Optional.of(true) : Optional.empty());
    }

    /** The visible widget of a name. */
    public static <W extends Widget> W find(WidgetId id, Class<W> type) {
        return await(id.id(), () -> visible(id, type).stream().findFirst());
    }

    /** All visible widgets of a name now; on the UI thread. */
    public static <W extends Widget> List<W> visible(WidgetId id, Class<W> type) {
        var found = new ArrayList<W>();
        for (var shell : display().getShells()) {
            collect(shell, id, type, found);
        }
        return found;
    }

    private static <W extends Widget> void collect(Control control, WidgetId id, Class<W> type, List<W> found) {
        if (!control.isVisible()) {
            return;
        }
        if (id.marks(control) && type.isInstance(control)) {
            found.add(type.cast(control));
        }
        if (control instanceof ToolBar bar) {
            for (var item : bar.getItems()) {
                if (id.marks(item) && type.isInstance(item)) {
                    found.add(type.cast(item));
                }
            }
        }
        if (control instanceof Composite composite) {
            for (var child : composite.getChildren()) {
                collect(child, id, type, found);
            }
        }
    }

    public static void perspective(String id) {
        run(() -> {
            try {
                PlatformUI.getWorkbench().showPerspective(id, PlatformUI.getWorkbench().getActiveWorkbenchWindow());
            } catch (WorkbenchException e) {
                throw new AssertionError(e);
            }
        });
    }

    public static void type(WidgetId id, String text) {
        var field = find(id, Text.class);
        run(() -> field.setText(text));
    }

    /** Enter in a text field. */
    public static void enter(WidgetId id) {
        var field = find(id, Text.class);
        run(() -> field.notifyListeners(SWT.DefaultSelection, new Event()));
    }

    public static void press(WidgetId id) {
        var button = find(id, Button.class);
        until(id.id() + " enabled", button::isEnabled);
        run(() -> button.notifyListeners(SWT.Selection, new Event()));
    }

    /** Presses what opens a dialog: does not wait for its end. */
    public static <W extends Widget> void pressForDialog(WidgetId id, Class<W> type) {
        var widget = find(id, type);
        display().asyncExec(() -> widget.notifyListeners(SWT.Selection, new Event()));
    }

    /** Waits for a row with this text in a column. @return its index */
    public static int row(WidgetId tableId, int column, String text) {
        return await("“" + text + "” in " + tableId.id(), () -> {
            for (var table : visible(tableId, Table.class)) {
                for (var i = 0; i < table.getItemCount(); i++) {
                    if (table.getItem(i).getText(column).equals(text)) {
                        return Optional.of(i);
                    }
                }
            }
            return Optional.empty();
        });
    }

    public static void select(WidgetId tableId, int row) {
        var table = find(tableId, Table.class);
        run(() -> {
            table.setSelection(row);
            var event = new Event();
            event.item = table.getItem(row);
            table.notifyListeners(SWT.Selection, event);
        });
    }

    public static String cell(WidgetId tableId, int row, int column) {
        var table = find(tableId, Table.class);
        return on(() -> table.getItem(row).getText(column));
    }

    /** Waits for the item along a path whose texts begin with these, opens what is on the way, and reads it in the same turn. */
    public static <T> T item(WidgetId treeId, Function<TreeItem, T> read, String... path) {
        return await(String.join(" > ", path), () -> visible(treeId, Tree.class).stream().findFirst()
                .flatMap(tree -> item(tree, path)).map(read));
    }

    private static Optional<TreeItem> item(Tree tree, String... path) {
        var items = tree.getItems();
        TreeItem found = null;
        for (var name : path) {
            found = Stream.of(items).filter(item -> item.getText().startsWith(name)).findFirst().orElse(null);
            if (found == null) {
                return Optional.empty();
            }
            if (!found.getExpanded() && found.getItemCount() > 0) {
                var event = new Event();
                event.item = found;
                tree.notifyListeners(SWT.Expand, event);
                found.setExpanded(true);
            }
            items = found.getItems();
        }
        return Optional.ofNullable(found);
    }

    public static void click(WidgetId treeId, String... path) {
        item(treeId, item -> {
            item.getParent().setSelection(item);
            var event = new Event();
            event.item = item;
            item.getParent().notifyListeners(SWT.Selection, event);
            return true;
        }, path);
    }

    /** A visible dialog by its title; on the UI thread. */
    public static Optional<Shell> shell(String title) {
        return Stream.of(display().getShells()).filter(Shell::isVisible).filter(shell -> shell.getText().equals(title)).findFirst();
    }

    /** All that labels below say; on the UI thread. */
    public static String words(Composite composite) {
        var words = new StringBuilder();
        for (var child : composite.getChildren()) {
            if (child instanceof Label label) {
                words.append(label.getText()).append('\n');
            } else if (child instanceof Composite inner) {
                words.append(words(inner));
            }
        }
        return words.toString();
    }

    /** Fails unless the UI thread takes new work within a second, which is long for a user and short for what must not run there. */
    public static void answersAtOnce() {
        var asked = System.nanoTime();
        run(() -> {
        });
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(1));
    }
}
