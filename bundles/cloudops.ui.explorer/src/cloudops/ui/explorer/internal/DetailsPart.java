package cloudops.ui.explorer.internal;

import java.util.List;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.TreeColumnLayout;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.ITreeContentProvider;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.TreeViewerColumn;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

import cloudops.model.DisplayText;
import cloudops.ui.Look;
import cloudops.ui.MessagePage;
import cloudops.ui.Tone;
import cloudops.ui.WidgetId;
import cloudops.ui.explorer.internal.ResourceDetails.Fact;
import cloudops.ui.explorer.internal.ResourceDetails.Group;
import cloudops.ui.explorer.internal.SelectedResource.View;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** All about the selected resource: what it allows and why, permissions, tags, metadata. */
public final class DetailsPart {

    private final SelectedResource selected;
    private Composite root;
    private Composite page;
    private MessagePage message;
    private Label name;
    private Label state;
    private Label kind;
    private TreeViewer facts;

    @Inject
    public DetailsPart(SelectedResource selected) {
        this.selected = selected;
    }

    @PostConstruct
    void create(Composite parent) {
        root = new Composite(parent, SWT.NONE);
        root.setLayout(new StackLayout());
        message = new MessagePage(root, WidgetId.EXPLORER_DETAILS_EMPTY);
        page = new Composite(root, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 4).applyTo(page);
        createHead();
        createFacts();
        selected.changes().update(root, this::show);
        show();
    }

    private void createHead() {
        var head = new Composite(page, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(head);
        GridLayoutFactory.fillDefaults().numColumns(2).margins(8, 4).spacing(12, 2).applyTo(head);
        name = WidgetId.EXPLORER_DETAILS_NAME.mark(new Label(head, SWT.NONE));
        name.setFont(Look.heading());
        state = WidgetId.EXPLORER_DETAILS_STATE.mark(new Label(head, SWT.NONE));
        state.setFont(Look.bold());
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).applyTo(state);
        kind = WidgetId.EXPLORER_DETAILS_KIND.mark(new Label(head, SWT.NONE));
        kind.setForeground(Look.quiet());
        GridDataFactory.fillDefaults().grab(true, false).span(2, 1).applyTo(kind);
    }

    private void createFacts() {
        var area = new Composite(page, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(area);
        var layout = new TreeColumnLayout();
        area.setLayout(layout);
        facts = new TreeViewer(area, SWT.SINGLE | SWT.FULL_SELECTION | SWT.V_SCROLL | SWT.H_SCROLL);
        Look.list(WidgetId.EXPLORER_DETAILS.mark(facts.getTree()));
        facts.getTree().setHeaderVisible(true);
        column(layout, "Property", 30, Cell.LABEL);
        column(layout, "Value", 35, Cell.VALUE);
        column(layout, "Why", 45, Cell.WHY);
        facts.setContentProvider(new Content());
    }

    private void column(TreeColumnLayout layout, String title, int weight, Cell cell) {
        var column = new TreeViewerColumn(facts, SWT.LEFT);
        column.getColumn().setText(title);
        column.setLabelProvider(new Labels(cell));
        layout.setColumnData(column.getColumn(), new ColumnWeightData(weight, 80, true));
    }

    private void show() {
        switch (selected.view()) {
            case View.Nothing nothing -> show("Nothing is selected", "Select a resource to see its permissions, constraints and tags.");
            case View.Gone gone -> show("The resource is gone", "The last scan did not find it any more.");
            case View.Failed failed -> {
                message.show("The resource cannot be read", failed.trouble());
                top(message.control());
            }
            case View.Shown shown -> show(shown.details());
        }
    }

    private void show(String heading, String text) {
        message.show(heading, text);
        top(message.control());
    }

    private void show(ResourceDetails details) {
        var resource = details.resource();
        name.setText(DisplayText.label(resource.name()));
        kind.setText(DisplayText.label(details.kind()));
        state.setText(resource.state() == null ? "" : "● " + DisplayText.label(resource.state()));
        state.setForeground(Look.color(Tone.ofState(resource.state())));
        facts.getTree().setRedraw(false);
        try {
            facts.setInput(details);
            facts.expandAll();
        } finally {
            facts.getTree().setRedraw(true);
        }
        page.layout(true, true);
        top(page);
    }

    private void top(Composite control) {
        ((StackLayout) root.getLayout()).topControl = control;
        root.layout();
    }

    @Focus
    void focus() {
        facts.getTree().setFocus();
    }

    private enum Cell {
        LABEL, VALUE, WHY
    }

    private static final class Content implements ITreeContentProvider {
        @Override
        public Object[] getElements(Object input) {
            return ((ResourceDetails) input).groups().toArray();
        }

        @Override
        public Object[] getChildren(Object element) {
            return element instanceof Group group ? group.facts().toArray() : List.of().toArray();
        }

        @Override
        public Object getParent(Object element) {
            return null;
        }

        @Override
        public boolean hasChildren(Object element) {
            return element instanceof Group group && !group.facts().isEmpty();
        }
    }

    private static final class Labels extends ColumnLabelProvider {
        private final Cell cell;

        Labels(Cell cell) {
            this.cell = cell;
        }

        @Override
        public String getText(Object element) {
            return DisplayText.line(switch (element) {
                case Group group -> cell == Cell.LABEL ? group.title() : cell == Cell.VALUE ? group.remark() : "";
                case Fact fact -> cell == Cell.LABEL ? fact.label() : cell == Cell.VALUE ? fact.value() : fact.why();
                default -> "";
            });
        }

        @Override
        public Color getForeground(Object element) {
            return switch (element) {
                case Group group -> cell == Cell.LABEL ? null : Look.quiet();
                case Fact fact -> cell == Cell.VALUE ? Look.color(fact.tone()) : cell == Cell.WHY ? Look.quiet() : null;
                default -> null;
            };
        }

        @Override
        public Font getFont(Object element) {
            return element instanceof Group && cell == Cell.LABEL ? Look.bold() : null;
        }
    }
}
