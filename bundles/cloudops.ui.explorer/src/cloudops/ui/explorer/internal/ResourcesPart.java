package cloudops.ui.explorer.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;

import cloudops.model.DisplayText;
import cloudops.ui.Look;
import cloudops.ui.MessagePage;
import cloudops.ui.WidgetId;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** The resources of the selected place: a search box that filters as one types and searches at Enter, and a table. */
public final class ResourcesPart {

    private static final String ALL_STATES = "All states";

    private final Estate estate;
    private final ResourceList resources;
    private final Selection selection;
    private final ScanCommand scan;
    private final List<String> states = new ArrayList<>();
    private Text search;
    private Combo state;
    private Label summary;
    private Composite stack;
    private ResourceTable table;
    private MessagePage message;

    @Inject
    public ResourcesPart(Estate estate, ResourceList resources, Selection selection, ScanCommand scan) {
        this.estate = estate;
        this.resources = resources;
        this.selection = selection;
        this.scan = scan;
    }

    @PostConstruct
    void create(Composite parent) {
        GridLayoutFactory.fillDefaults().spacing(0, 0).applyTo(parent);
        createSearch(parent);
        stack = new Composite(parent, SWT.NONE);
        stack.setLayout(new StackLayout());
        GridDataFactory.fillDefaults().grab(true, true).applyTo(stack);
        table = new ResourceTable(stack, resources::sort, selection::select);
        message = new MessagePage(stack, WidgetId.EXPLORER_EMPTY);
        resources.changes().update(stack, this::show);
        estate.changes().update(stack, this::show);
        selection.changes().update(stack, () -> table.select(selection.resource()));
        show();
    }

    private void createSearch(Composite parent) {
        var bar = new Composite(parent, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(bar);
        GridLayoutFactory.fillDefaults().numColumns(3).margins(6, 4).applyTo(bar);
        search = WidgetId.EXPLORER_SEARCH.mark(new Text(bar, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL));
        search.setMessage("Filter as you type; Enter searches by words and meaning");
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).applyTo(search);
        search.addModifyListener(event -> resources.filter(search.getText()));
        search.addSelectionListener(SelectionListener.widgetDefaultSelectedAdapter(event -> {
            if (event.detail != SWT.ICON_CANCEL) {
                resources.search(search.getText());
            }
        }));
        state = WidgetId.EXPLORER_STATE_FILTER.mark(new Combo(bar, SWT.READ_ONLY | SWT.DROP_DOWN));
        state.add(ALL_STATES);
        state.select(0);
        state.addSelectionListener(SelectionListener.widgetSelectedAdapter(
                event -> resources.state(state.getSelectionIndex() <= 0 ? null : states.get(state.getSelectionIndex() - 1))));
        summary = WidgetId.EXPLORER_SUMMARY.mark(new Label(bar, SWT.RIGHT));
        summary.setForeground(Look.quiet());
    }

    /** Puts the cursor into the search box. */
    void focusSearch() {
        search.setFocus();
        search.selectAll();
    }

    /** The platform calls this whenever the view becomes the active one, also because the user went into the search box. */
    @Focus
    void focus() {
        if (!search.isFocusControl()) {
            ((StackLayout) stack.getLayout()).topControl.setFocus();
        }
    }

    private void showAll() {
        search.setText("");
        state.select(0);
        resources.state(null);
        selection.select(Scope.ALL, selection.resource());
    }

    private void show() {
        var content = estate.content();
        var result = resources.result();
        if (result.rows().isEmpty()) {
            explain(content, result);
            top(message.control());
        } else {
            table.show(result);
            table.select(selection.resource());
            top(table.control());
        }
        showStates(content.rows());
        summary.setText(summary(content, result));
        summary.getParent().layout();
    }

    /** Why the table is empty, and what to do. */
    private void explain(Estate.Content content, ResourceList.Result result) {
        if (result.trouble() != null) {
            message.show("The search failed", result.trouble()).offer("Show all resources", this::showAll);
        } else if (!content.loaded()) {
            message.show("Reading the estate…", "");
        } else if (!content.rows().isEmpty()) {
            message.show("Nothing matches", result.searched() == null ? "No resource here has all of these words and this state."
                    : "Nothing was found for “" + result.searched() + "”.").offer("Show all resources", this::showAll);
        } else if (content.trouble() != null) {
            message.show("The estate cannot be read", content.trouble()).offer("Refresh", estate::reload);
        } else if (scan.running()) {
            message.show("Scanning…", "Resources appear as they are found. The status line shows how far the scan is.");
        } else {
            message.show("No resources yet", "Scan an AWS account to see what is in it. Scanning only reads.")
                    .offer("Scan an account…", () -> scan.open(stack.getShell()));
        }
    }

    private static String summary(Estate.Content content, ResourceList.Result result) {
        var damaged = content.damaged() == 0 ? "" : "   " + content.damaged() + " damaged records left out; scan to replace them";
        var stale = content.trouble() != null && !content.rows().isEmpty() ? "   not up to date: " + content.trouble().what() : "";
        var count = result.searched() != null ? result.rows().size() + " found, best first"
                : result.rows().size() == result.inScope() ? result.inScope() + " resources"
                : result.rows().size() + " of " + result.inScope() + " resources";
        return DisplayText.label(count + damaged + stale);
    }

    private void showStates(List<ResourceRow> rows) {
        var found = new TreeSet<String>();
        rows.stream().map(ResourceRow::state).filter(Objects::nonNull).forEach(found::add);
        if (!List.copyOf(found).equals(states)) {
            var selected = state.getSelectionIndex() <= 0 ? null : states.get(state.getSelectionIndex() - 1);
            states.clear();
            states.addAll(found);
            state.setItems(found.stream().map(DisplayText::line).toArray(String[]::new));
            state.add(ALL_STATES, 0);
            state.select(selected == null ? 0 : states.indexOf(selected) + 1);
        }
    }

    private void top(Composite page) {
        var layout = (StackLayout) stack.getLayout();
        if (layout.topControl != page) {
            layout.topControl = page;
            stack.layout();
        }
    }
}
