package cloudops.ui.executions.internal;

import java.time.Instant;
import java.util.function.Function;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.layout.TableColumnLayout;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.jface.viewers.TableViewerColumn;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Composite;

import cloudops.execution.ExecutionRecord;
import cloudops.model.DisplayText;
import cloudops.ui.Look;
import cloudops.ui.MessagePage;
import cloudops.ui.Times;
import cloudops.ui.WidgetId;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** What was run and what runs, newest first. */
public final class ExecutionsPart {

    private static final int TICK_MILLIS = 1_000;

    private final Executions executions;
    private Composite root;
    private Composite tableArea;
    private MessagePage empty;
    private TableViewer viewer;
    private boolean ticking;

    @Inject
    public ExecutionsPart(Executions executions) {
        this.executions = executions;
    }

    @PostConstruct
    void create(Composite parent) {
        root = new Composite(parent, SWT.NONE);
        root.setLayout(new StackLayout());
        empty = new MessagePage(root, WidgetId.EXECUTIONS_EMPTY);
        tableArea = new Composite(root, SWT.NONE);
        var layout = new TableColumnLayout();
        tableArea.setLayout(layout);
        viewer = new TableViewer(tableArea, SWT.SINGLE | SWT.FULL_SELECTION | SWT.V_SCROLL | SWT.H_SCROLL | SWT.VIRTUAL);
        WidgetId.EXECUTIONS_TABLE.mark(viewer.getTable());
        viewer.getTable().setHeaderVisible(true);
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        column(layout, "Status", 15, execution -> "● " + ExecutionText.status(execution));
        column(layout, "Started", 10, execution -> Times.when(execution.startedAt()));
        column(layout, "Took", 8, execution -> ExecutionText.duration(execution, Instant.now()));
        column(layout, "Command", 55, execution -> DisplayText.line(execution.command()));
        column(layout, "Account", 12, ExecutionText::account);
        column(layout, "Approved by", 10, execution -> DisplayText.line(execution.approvedBy()));
        viewer.addSelectionChangedListener(event -> {
            if (event.getStructuredSelection().getFirstElement() instanceof ExecutionRecord execution) {
                executions.select(execution.id());
            }
        });
        executions.changes().update(root, this::show);
        show();
    }

    private void column(TableColumnLayout layout, String title, int weight, Function<ExecutionRecord, String> text) {
        var column = new TableViewerColumn(viewer, SWT.LEFT);
        column.getColumn().setText(title);
        var status = viewer.getTable().getColumnCount() == 1;
        column.setLabelProvider(new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return text.apply((ExecutionRecord) element);
            }

            @Override
            public Color getForeground(Object element) {
                return status ? Look.color(ExecutionText.tone((ExecutionRecord) element)) : null;
            }
        });
        layout.setColumnData(column.getColumn(), new ColumnWeightData(weight, 60, true));
    }

    private void show() {
        var content = executions.content();
        if (content.trouble() != null) {
            empty.show("The executions cannot be listed", content.trouble()).offer("Refresh", executions::reload);
        } else if (!content.loaded()) {
            empty.show("Listing the executions…", "");
        } else {
            empty.show("Nothing was run yet", "Commands that you approve in the chat appear here with their output.");
        }
        viewer.setInput(content.records());
        var selected = executions.selected();
        if (selected != null) {
            viewer.getTable().setSelection(content.records().indexOf(selected));
        }
        ((StackLayout) root.getLayout()).topControl = content.records().isEmpty() ? empty.control() : tableArea;
        root.layout();
        tick();
    }

    /** Durations of what runs grow on the screen; nothing ticks when nothing runs or nobody looks. */
    private void tick() {
        var runs = executions.content().records().stream().anyMatch(execution -> !execution.status().ended());
        if (!ticking && runs) {
            ticking = true;
            root.getDisplay().timerExec(TICK_MILLIS, () -> {
                ticking = false;
                if (!root.isDisposed()) {
                    if (root.isVisible()) {
                        viewer.refresh(true);
                    }
                    tick();
                }
            });
        }
    }

    @Focus
    void focus() {
        root.setFocus();
    }
}
