package cloudops.ui.explorer.internal;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.eclipse.jface.layout.TableColumnLayout;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.ILazyContentProvider;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.jface.viewers.TableViewerColumn;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Menu;
import org.eclipse.swt.widgets.MenuItem;

import cloudops.model.ResourceKey;
import cloudops.ui.Look;
import cloudops.ui.Tone;
import cloudops.ui.WidgetId;

/** The table of resources. Only rows on the screen cost anything, so an estate of any size scrolls. */
final class ResourceTable {

    private static final int NARROWEST_COLUMN = 60;

    private final Composite root;
    private final TableViewer viewer;
    private final Consumer<ResourceKey> selected;
    private List<ResourceRow> rows = List.of();

    /** @param sort a column's head was clicked @param selected a row was selected */
    ResourceTable(Composite parent, Consumer<Column> sort, Consumer<ResourceKey> selected) {
        this.selected = selected;
        root = new Composite(parent, SWT.NONE);
        var layout = new TableColumnLayout();
        root.setLayout(layout);
        viewer = new TableViewer(root, SWT.VIRTUAL | SWT.SINGLE | SWT.FULL_SELECTION | SWT.V_SCROLL | SWT.H_SCROLL);
        viewer.setUseHashlookup(false);
        viewer.setContentProvider((ILazyContentProvider) index -> {
            if (index < rows.size()) {
                viewer.replace(rows.get(index), index);
            }
        });
        var table = WidgetId.EXPLORER_TABLE.mark(viewer.getTable());
        table.setHeaderVisible(true);
        for (var column : Column.values()) {
            var viewerColumn = new TableViewerColumn(viewer, SWT.LEFT);
            viewerColumn.getColumn().setText(column.title());
            viewerColumn.getColumn().addSelectionListener(SelectionListener.widgetSelectedAdapter(event -> sort.accept(column)));
            viewerColumn.setLabelProvider(new Cell(column));
            layout.setColumnData(viewerColumn.getColumn(), new ColumnWeightData(column.weight(), NARROWEST_COLUMN, true));
        }
        table.addSelectionListener(SelectionListener.widgetSelectedAdapter(event -> selectionChanged()));
        createMenu();
        viewer.setInput(rows);
    }

    Composite control() {
        return root;
    }

    void show(ResourceList.Result result) {
        var table = viewer.getTable();
        var column = result.query().column();
        table.setSortColumn(column == null ? null : table.getColumn(column.ordinal()));
        table.setSortDirection(column == null ? SWT.NONE : result.query().ascending() ? SWT.UP : SWT.DOWN);
        if (!rows.equals(result.rows())) {
            rows = result.rows();
            table.setRedraw(false);
            try {
                // a viewer that shrinks by itself first makes every item that it then drops
                table.removeAll();
                viewer.setItemCount(rows.size());
            } finally {
                table.setRedraw(true);
            }
        }
    }

    /** Marks the row of a resource, when it is there. */
    void select(ResourceKey key) {
        var table = viewer.getTable();
        var index = table.getSelectionIndex();
        if (index >= 0 && index < rows.size() && rows.get(index).key().equals(key)) {
            return;
        }
        for (var i = 0; i < rows.size(); i++) {
            if (rows.get(i).key().equals(key)) {
                table.setSelection(i);
                return;
            }
        }
        table.deselectAll();
    }

    private void selectionChanged() {
        var index = viewer.getTable().getSelectionIndex();
        if (index >= 0 && index < rows.size()) {
            selected.accept(rows.get(index).key());
        }
    }

    private void createMenu() {
        var table = viewer.getTable();
        var menu = new Menu(table);
        copy(menu, "Copy &Name", ResourceRow::name);
        copy(menu, "Copy &ID", row -> row.key().identifier());
        table.setMenu(menu);
    }

    private void copy(Menu menu, String label, Function<ResourceRow, String> value) {
        var item = new MenuItem(menu, SWT.PUSH);
        item.setText(label);
        item.addSelectionListener(SelectionListener.widgetSelectedAdapter(event -> {
            var index = viewer.getTable().getSelectionIndex();
            if (index >= 0 && index < rows.size()) {
                var clipboard = new Clipboard(menu.getDisplay());
                try {
                    clipboard.setContents(new Object[] {value.apply(rows.get(index))}, new Transfer[] {TextTransfer.getInstance()});
                } finally {
                    clipboard.dispose();
                }
            }
        }));
    }

    private static final class Cell extends ColumnLabelProvider {
        private final Column column;

        Cell(Column column) {
            this.column = column;
        }

        @Override
        public String getText(Object element) {
            return column.text((ResourceRow) element);
        }

        @Override
        public Color getForeground(Object element) {
            return column == Column.STATE ? Look.color(Tone.ofState(((ResourceRow) element).state())) : null;
        }
    }
}
