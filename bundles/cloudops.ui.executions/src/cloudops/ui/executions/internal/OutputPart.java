package cloudops.ui.executions.internal;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

import cloudops.execution.ExecutionRecord;
import cloudops.model.DisplayText;
import cloudops.ui.Look;
import cloudops.ui.MessagePage;
import cloudops.ui.OutputView;
import cloudops.ui.PushButton;
import cloudops.ui.Times;
import cloudops.ui.WidgetId;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** The output of the selected execution, live, and the button that ends it. */
public final class OutputPart {

    private final Executions executions;
    private Composite root;
    private Composite page;
    private MessagePage empty;
    private StyledText command;
    private Label status;
    private Label about;
    private Button cancel;
    private OutputView output;

    @Inject
    public OutputPart(Executions executions) {
        this.executions = executions;
    }

    @PostConstruct
    void create(Composite parent) {
        root = new Composite(parent, SWT.NONE);
        root.setLayout(new StackLayout());
        empty = new MessagePage(root, WidgetId.EXECUTIONS_OUTPUT_EMPTY);
        empty.show("Nothing is selected", "Select an execution to see what it prints.");
        page = new Composite(root, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 0).applyTo(page);
        var head = new Composite(page, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(head);
        GridLayoutFactory.fillDefaults().numColumns(3).margins(8, 6).spacing(12, 4).applyTo(head);
        command = WidgetId.EXECUTIONS_COMMAND.mark(new StyledText(head, SWT.MULTI | SWT.READ_ONLY | SWT.WRAP));
        command.setFont(Look.monospaced());
        Look.raise(command);
        command.setMargins(8, 6, 8, 6);
        command.setCaret(null);
        GridDataFactory.fillDefaults().grab(true, false).span(3, 1).applyTo(command);
        status = WidgetId.EXECUTIONS_STATUS.mark(new Label(head, SWT.NONE));
        status.setFont(Look.bold());
        GridDataFactory.fillDefaults().align(SWT.FILL, SWT.CENTER).applyTo(status);
        about = new Label(head, SWT.NONE);
        about.setForeground(Look.quiet());
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).applyTo(about);
        cancel = PushButton.create(head, WidgetId.EXECUTIONS_CANCEL, "&Cancel", this::cancel);
        cancel.setToolTipText("End the command and everything it started");
        output = new OutputView(page, WidgetId.EXECUTIONS_OUTPUT);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(output.control());
        executions.changes().update(root, this::show);
        show();
    }

    private void cancel() {
        var execution = executions.selected();
        if (execution != null) {
            cancel.setEnabled(false);
            executions.cancel(execution.id());
        }
    }

    private void show() {
        var execution = executions.selected();
        if (execution != null) {
            var text = DisplayText.line(execution.command());
            if (!text.equals(command.getText())) {
                command.setText(text);
            }
            status.setText("● " + ExecutionText.status(execution));
            status.setForeground(Look.color(ExecutionText.tone(execution)));
            about.setText(DisplayText.label(about(execution)));
            cancel.setEnabled(!execution.status().ended());
            page.layout(true, true);
        }
        output.show(execution == null ? null : executions.output().buffer());
        ((StackLayout) root.getLayout()).topControl = execution == null ? empty.control() : page;
        root.layout();
    }

    private static String about(ExecutionRecord execution) {
        var metadata = execution.metadata();
        return Stream.of(metadata.description(), execution.startedAt() == null ? null : "started " + Times.when(execution.startedAt()),
                metadata.accountId() == null ? null : "account " + metadata.accountId(),
                execution.approvedBy() == null ? null : "approved by " + execution.approvedBy())
                .filter(Objects::nonNull).collect(Collectors.joining("  ·  "));
    }

    @Focus
    void focus() {
        output.control().setFocus();
    }
}
