package cloudops.ui.chat.internal;

import java.util.function.Function;

import org.eclipse.e4.core.di.annotations.Optional;
import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.TableColumnLayout;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.ColumnPixelData;
import org.eclipse.jface.viewers.ColumnViewerToolTipSupport;
import org.eclipse.jface.viewers.ColumnWeightData;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.jface.viewers.TableViewerColumn;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.events.KeyListener;
import org.eclipse.swt.events.ModifyListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;

import cloudops.model.DisplayText;
import cloudops.model.Environment;
import cloudops.ui.Look;
import cloudops.ui.MessagePage;
import cloudops.ui.PushButton;
import cloudops.ui.Times;
import cloudops.ui.Tone;
import cloudops.ui.WidgetId;
import cloudops.ui.chat.internal.PastConversations.Row;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** The conversations that are kept: newest first, or as a search finds them. One click opens one. */
public final class PastConversationsPart {

    private static final int LONGEST_TITLE = 120;
    private static final int DATE_IN_CHARS = 12;

    private final PastConversations past;
    private final Conversation conversation;
    private final boolean readOnly;
    private Composite stack;
    private Composite tableArea;
    private MessagePage empty;
    private TableViewer viewer;
    private Text search;
    private Label trouble;
    private Button delete;

    @Inject
    public PastConversationsPart(PastConversations past, Conversation conversation, @Optional Environment environment) {
        this.past = past;
        this.conversation = conversation;
        readOnly = environment != null && environment.readOnly();
    }

    @PostConstruct
    void create(Composite parent) {
        GridLayoutFactory.fillDefaults().spacing(0, 0).applyTo(parent);
        createSearch(parent);
        stack = new Composite(parent, SWT.NONE);
        stack.setLayout(new StackLayout());
        GridDataFactory.fillDefaults().grab(true, true).applyTo(stack);
        empty = new MessagePage(stack, WidgetId.PAST_EMPTY);
        createTable();
        createFoot(parent);
        past.changes().update(stack, this::show);
        conversation.changes().update(stack, this::showSelection);
        show();
        past.show();
    }

    private void createSearch(Composite parent) {
        var bar = new Composite(parent, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(bar);
        GridLayoutFactory.fillDefaults().margins(8, 8).applyTo(bar);
        search = WidgetId.PAST_SEARCH.mark(new Text(bar, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL));
        search.setMessage("Search, then Enter");
        search.setToolTipText("Finds what was said by its words and its meaning");
        GridDataFactory.fillDefaults().grab(true, false).applyTo(search);
        search.addSelectionListener(SelectionListener.widgetDefaultSelectedAdapter(event -> past.search(search.getText())));
        search.addModifyListener((ModifyListener) event -> {
            if (search.getText().isBlank()) {
                past.search("");
            }
        });
    }

    private void createTable() {
        tableArea = new Composite(stack, SWT.NONE);
        var layout = new TableColumnLayout();
        tableArea.setLayout(layout);
        viewer = new TableViewer(tableArea, SWT.SINGLE | SWT.FULL_SELECTION | SWT.V_SCROLL | SWT.VIRTUAL);
        var table = WidgetId.PAST_TABLE.mark(viewer.getTable());
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        ColumnViewerToolTipSupport.enableFor(viewer);
        layout.setColumnData(column(row -> title(row, LONGEST_TITLE), false).getColumn(), new ColumnWeightData(1, 80, false));
        var date = column(row -> Times.brief(row.at()), true);
        layout.setColumnData(date.getColumn(), new ColumnPixelData(Look.charsToPixels(table, DATE_IN_CHARS), false));
        viewer.addSelectionChangedListener(event -> {
            if (event.getStructuredSelection().getFirstElement() instanceof Row row) {
                past.open(row.conversation());
            }
        });
        table.addKeyListener(KeyListener.keyPressedAdapter(event -> {
            if (event.keyCode == SWT.DEL && delete.isEnabled()) {
                delete();
            }
        }));
    }

    private TableViewerColumn column(Function<Row, String> text, boolean quiet) {
        var column = new TableViewerColumn(viewer, SWT.LEFT);
        column.setLabelProvider(new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return text.apply((Row) element);
            }

            @Override
            public Color getForeground(Object element) {
                return quiet ? Look.quiet() : null;
            }

            @Override
            public String getToolTipText(Object element) {
                var row = (Row) element;
                return title(row, 4 * LONGEST_TITLE) + "\n" + Times.when(row.at());
            }
        });
        return column;
    }

    /** One line of what may be a book. */
    private static String title(Row row, int longest) {
        var text = row.title().strip();
        int codePoints = text.codePointCount(0, Math.min(text.length(), 2 * longest));
        var beginning = text.substring(0, text.offsetByCodePoints(0, Math.min(longest, codePoints)));
        return beginning.isEmpty() ? "(nothing)" : DisplayText.line(beginning.replaceAll("\\s+", " ")) + (beginning.length() < text.length() ? "…" : "");
    }

    private void createFoot(Composite parent) {
        var foot = new Composite(parent, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(foot);
        GridLayoutFactory.fillDefaults().numColumns(2).margins(8, 8).applyTo(foot);
        trouble = WidgetId.PAST_TROUBLE.mark(new Label(foot, SWT.WRAP));
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).hint(10, SWT.DEFAULT).applyTo(trouble);
        delete = PushButton.create(foot, WidgetId.PAST_DELETE, "&Delete…", this::delete);
        delete.setToolTipText(readOnly ? "Started with --read-only" : "Deletes the selected conversation; what was run stays in the history of executions");
    }

    private void delete() {
        if (viewer.getStructuredSelection().getFirstElement() instanceof Row row) {
            var question = "Delete the conversation “" + DisplayText.label(title(row, LONGEST_TITLE)) + "”?\n\n"
                    + "It cannot be had back. What was run stays in the history of executions.";
            // the button that does nothing is the default
            if (new MessageDialog(stack.getShell(), "Delete a conversation", null, question, MessageDialog.QUESTION, 1, "Delete", "Cancel").open() == 0) {
                past.delete(row.conversation());
            }
        }
    }

    private void show() {
        var content = past.content();
        if (content.trouble() != null) {
            empty.show("The conversations cannot be read", content.trouble()).offer("Refresh", past::reload);
        } else if (!content.loaded()) {
            empty.show("Reading the conversations…", "");
        } else if (!content.query().isEmpty()) {
            empty.show("Nothing found", "Nothing like “" + content.query() + "” was said.");
        } else {
            empty.show("No conversation yet", "What you say is kept here, encrypted.");
        }
        if (!content.rows().equals(viewer.getInput())) {
            viewer.setInput(content.rows());
        }
        var failed = content.failed();
        trouble.setText(DisplayText.label(failed != null ? failed.what()
                : content.damaged() > 0 ? content.damaged() + (content.damaged() == 1 ? " message is" : " messages are") + " damaged and left out" : ""));
        trouble.setToolTipText(failed == null || failed.advice().isEmpty() ? null : failed.advice());
        trouble.setForeground(Look.color(Tone.BAD));
        ((StackLayout) stack.getLayout()).topControl = content.rows().isEmpty() ? empty.control() : tableArea;
        stack.layout();
        trouble.getParent().getParent().layout(true, true);
        showSelection();
    }

    /** Marks the conversation that is shown. */
    private void showSelection() {
        var rows = past.content().rows();
        int index = -1;
        for (int i = 0; i < rows.size() && index < 0; i++) {
            index = rows.get(i).conversation().equals(conversation.id()) ? i : -1;
        }
        if (index < 0) {
            viewer.getTable().deselectAll();
        } else if (viewer.getTable().getSelectionIndex() != index) {
            viewer.getTable().setSelection(index);
        }
        delete.setEnabled(index >= 0 && !readOnly);
    }

    @Focus
    void focus() {
        search.setFocus();
    }
}
