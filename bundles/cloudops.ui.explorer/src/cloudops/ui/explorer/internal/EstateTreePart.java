package cloudops.ui.explorer.internal;

import java.util.List;
import java.util.Locale;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.viewers.DelegatingStyledCellLabelProvider;
import org.eclipse.jface.viewers.DelegatingStyledCellLabelProvider.IStyledLabelProvider;
import org.eclipse.jface.viewers.ITreeContentProvider;
import org.eclipse.jface.viewers.LabelProvider;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.viewers.StyledString;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.ToolBar;
import org.eclipse.swt.widgets.ToolItem;

import cloudops.model.DisplayText;
import cloudops.ui.WidgetId;
import cloudops.ui.explorer.internal.EstateNode.Kind;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** The estate as a tree. Selecting a place narrows the table to it. */
public final class EstateTreePart {

    private final Estate estate;
    private final Selection selection;
    private final ScanCommand scan;
    private TreeViewer viewer;

    @Inject
    public EstateTreePart(Estate estate, Selection selection, ScanCommand scan) {
        this.estate = estate;
        this.selection = selection;
        this.scan = scan;
    }

    @PostConstruct
    void create(Composite parent) {
        GridLayoutFactory.fillDefaults().spacing(0, 0).applyTo(parent);
        var icons = new Icons(parent);
        var bar = new ToolBar(parent, SWT.FLAT | SWT.RIGHT);
        GridDataFactory.fillDefaults().grab(true, false).indent(4, 2).applyTo(bar);
        item(bar, WidgetId.EXPLORER_SCAN, icons.get("scan"), "Scan…", "Scan AWS accounts into the estate",
                () -> scan.open(parent.getShell()));
        item(bar, WidgetId.EXPLORER_REFRESH, icons.get("refresh"), "Refresh", "Read the stored estate again", estate::reload);

        viewer = new TreeViewer(parent, SWT.SINGLE | SWT.V_SCROLL | SWT.H_SCROLL);
        WidgetId.EXPLORER_TREE.mark(viewer.getTree());
        GridDataFactory.fillDefaults().grab(true, true).applyTo(viewer.getTree());
        viewer.setContentProvider(new Content());
        viewer.setLabelProvider(new DelegatingStyledCellLabelProvider(new Labels(icons)));
        viewer.setUseHashlookup(true);
        viewer.addSelectionChangedListener(event -> {
            if (event.getStructuredSelection().getFirstElement() instanceof EstateNode node) {
                select(node);
            }
        });
        viewer.addDoubleClickListener(event -> {
            if (event.getSelection() instanceof StructuredSelection chosen && chosen.getFirstElement() instanceof EstateNode node) {
                viewer.setExpandedState(node, !viewer.getExpandedState(node));
            }
        });
        estate.changes().update(viewer.getTree(), this::show);
        show();
    }

    private static void item(ToolBar bar, WidgetId id, Image icon, String text, String tip, Runnable run) {
        var item = id.mark(new ToolItem(bar, SWT.PUSH));
        item.setImage(icon);
        item.setText(text);
        item.setToolTipText(tip);
        item.addSelectionListener(SelectionListener.widgetSelectedAdapter(event -> run.run()));
    }

    /** A resource selects itself and shows its neighbours in the table. */
    private void select(EstateNode node) {
        if (node.kind() == Kind.RESOURCE) {
            selection.select(node.parent().scope(), node.row().key());
        } else {
            selection.select(node.scope(), selection.resource());
        }
    }

    private void show() {
        var root = estate.content().tree();
        var first = viewer.getInput() == null || viewer.getExpandedElements().length == 0;
        var open = viewer.getExpandedElements();
        var selected = viewer.getStructuredSelection();
        viewer.getTree().setRedraw(false);
        try {
            viewer.setInput(List.of(root));
            if (first) {
                viewer.expandToLevel(2);
            } else {
                viewer.setExpandedElements(open);
            }
            viewer.setSelection(selected);
        } finally {
            viewer.getTree().setRedraw(true);
        }
    }

    @Focus
    void focus() {
        viewer.getTree().setFocus();
    }

    private static final class Content implements ITreeContentProvider {
        @Override
        public Object[] getElements(Object input) {
            return ((List<?>) input).toArray();
        }

        @Override
        public Object[] getChildren(Object node) {
            return ((EstateNode) node).children().toArray();
        }

        @Override
        public Object getParent(Object node) {
            return ((EstateNode) node).parent();
        }

        @Override
        public boolean hasChildren(Object node) {
            return !((EstateNode) node).children().isEmpty();
        }
    }

    private static final class Labels extends LabelProvider implements IStyledLabelProvider {
        private final Icons icons;

        Labels(Icons icons) {
            this.icons = icons;
        }

        @Override
        public StyledString getStyledText(Object element) {
            var node = (EstateNode) element;
            var text = new StyledString(DisplayText.line(node.label()));
            if (node.qualifier() != null) {
                text.append("  " + DisplayText.line(node.qualifier()), StyledString.QUALIFIER_STYLER);
            }
            if (node.kind() != Kind.RESOURCE && node.kind() != Kind.MORE) {
                text.append("  " + node.count(), StyledString.COUNTER_STYLER);
            }
            return text;
        }

        @Override
        public String getText(Object element) {
            return getStyledText(element).getString();
        }

        @Override
        public Image getImage(Object element) {
            var kind = ((EstateNode) element).kind();
            return kind == Kind.MORE ? null : icons.get(kind.name().toLowerCase(Locale.ROOT));
        }
    }
}
