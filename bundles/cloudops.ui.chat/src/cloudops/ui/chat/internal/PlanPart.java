package cloudops.ui.chat.internal;

import java.util.Locale;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

import cloudops.model.Risk;
import cloudops.model.DisplayText;
import cloudops.ui.Look;
import cloudops.ui.MessagePage;
import cloudops.ui.OutputView;
import cloudops.ui.PushButton;
import cloudops.ui.RichText;
import cloudops.ui.Tone;
import cloudops.ui.WidgetId;
import cloudops.ui.chat.internal.Exchange.Progress;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** The plan that is to be reviewed: what will run exactly, what may go wrong, who may do it; and what came of it. */
public final class PlanPart {

    private static final int[] PLAN_OVER_OUTPUT = {62, 38};

    private final Conversation conversation;
    private Composite root;
    private MessagePage empty;
    private Composite page;
    private Label title;
    private Label risk;
    private SashForm sash;
    private RichText text;
    private OutputView output;
    private Label status;
    private Label outcome;
    private Button approve;
    private Button reject;
    private Button cancel;
    private PlanCard shown;

    @Inject
    public PlanPart(Conversation conversation) {
        this.conversation = conversation;
    }

    @PostConstruct
    void create(Composite parent) {
        root = new Composite(parent, SWT.NONE);
        root.setLayout(new StackLayout());
        empty = new MessagePage(root, WidgetId.PLAN_EMPTY);
        empty.show("No plan yet", "Ask for something to be done. The exact commands appear here for your approval.");
        page = new Composite(root, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 0).applyTo(page);
        createHead();
        sash = new SashForm(page, SWT.VERTICAL);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(sash);
        text = new RichText(sash, WidgetId.PLAN_TEXT);
        output = new OutputView(sash, WidgetId.PLAN_OUTPUT);
        sash.setWeights(PLAN_OVER_OUTPUT);
        createFoot();
        conversation.changes().update(root, this::show);
        show();
    }

    private void createHead() {
        var head = new Composite(page, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(head);
        GridLayoutFactory.fillDefaults().numColumns(2).margins(10, 8).applyTo(head);
        title = WidgetId.PLAN_TITLE.mark(new Label(head, SWT.NONE));
        title.setFont(Look.heading());
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).applyTo(title);
        risk = WidgetId.PLAN_RISK.mark(new Label(head, SWT.NONE));
        risk.setFont(Look.bold());
    }

    private void createFoot() {
        var foot = new Composite(page, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(foot);
        GridLayoutFactory.fillDefaults().numColumns(4).margins(10, 8).applyTo(foot);
        var words = new Composite(foot, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).applyTo(words);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(words);
        status = WidgetId.PLAN_STATUS.mark(new Label(words, SWT.NONE));
        status.setFont(Look.bold());
        GridDataFactory.fillDefaults().grab(true, false).applyTo(status);
        outcome = WidgetId.PLAN_OUTCOME.mark(new Label(words, SWT.NONE));
        GridDataFactory.fillDefaults().grab(true, false).applyTo(outcome);
        approve = PushButton.create(foot, WidgetId.PLAN_APPROVE, "Approve and &Run", this::approve);
        reject = PushButton.create(foot, WidgetId.PLAN_REJECT, "Re&ject", () -> conversation.reject(conversation.selected()));
        cancel = PushButton.create(foot, WidgetId.PLAN_CANCEL, "&Cancel", () -> conversation.cancel(conversation.selected()));
    }

    private void approve() {
        var exchange = conversation.selected();
        var plan = exchange.plan().orElseThrow();
        if (plan.risk() != Risk.HIGH || confirmed(plan)) {
            conversation.approve(exchange);
        }
    }

    /** What cannot be undone is asked twice; the button that does nothing is the default. */
    private boolean confirmed(PlanCard plan) {
        var question = DisplayText.label(plan.title()) + "?\n\nThis plan is of high risk"
                + (plan.reasons().isEmpty() ? "." : ": " + DisplayText.label(String.join(", ", plan.reasons())) + ".");
        return new MessageDialog(root.getShell(), "High risk", null, question, MessageDialog.WARNING, 1, "Run it", "Cancel").open() == 0;
    }

    private void show() {
        var exchange = conversation.selected();
        var plan = exchange == null ? null : exchange.plan().orElse(null);
        if (plan == null) {
            shown = null;
            output.show(null);
            top(empty.control());
            return;
        }
        if (plan != shown) {
            shown = plan;
            showPlan(plan);
        }
        showProgress(plan, exchange);
        top(page);
    }

    private void showPlan(PlanCard plan) {
        title.setText(DisplayText.label(plan.title()));
        risk.setText(plan.risk().name().charAt(0) + plan.risk().name().substring(1).toLowerCase(Locale.ROOT) + " risk");
        risk.setForeground(Look.color(switch (plan.risk()) {
            case LOW -> Tone.GOOD;
            case MEDIUM -> Tone.BUSY;
            case HIGH -> Tone.BAD;
        }));
        risk.getParent().layout();
        text.begin().paragraph(plan.explanation());
        text.heading(plan.steps().size() == 1 ? "Command" : "Commands, in this order");
        for (var step : plan.steps()) {
            text.command(DisplayText.argv(step.argv()));
            var about = step.account() == null ? step.description() : step.description() + " (account " + step.account() + ")";
            text.note(plan.steps().size() == 1 ? about : "Step " + step.id() + ": " + about);
        }
        text.heading("Risk");
        plan.reasons().forEach(reason -> text.note("• " + reason));
        if (!plan.impact().isEmpty()) {
            text.note("• Impact: " + plan.impact());
        }
        if (!plan.permissions().isEmpty()) {
            text.heading("Permissions");
            plan.permissions().forEach(permission -> text.verdict(permission.tone(), switch (permission.verdict()) {
                case ALLOWED -> "✓ allowed";
                case DENIED -> "✗ denied";
                case UNKNOWN -> "? not known";
            }, permission.action() + (permission.resource().isEmpty() ? "" : " on " + permission.resource()) + ": " + permission.reason()));
        }
        if (!plan.origin().isEmpty()) {
            text.heading("Made from").note(plan.origin());
        }
        text.show();
    }

    private void showProgress(PlanCard plan, Exchange exchange) {
        var progress = exchange.progress();
        status.setText(DisplayText.label(PlanStatus.line(plan, progress)));
        status.setForeground(Look.color(PlanStatus.tone(progress)));
        outcome.setText(DisplayText.label(PlanStatus.outcome(progress)));
        var open = progress instanceof Progress.Proposed;
        PushButton.label(approve, plan.approvalRequired() ? "Approve and &Run" : "&Run");
        visible(approve, open);
        visible(reject, open);
        visible(cancel, progress.active());
        cancel.setEnabled(progress instanceof Progress.Running);
        output.show(exchange.output());
        sash.setMaximizedControl(open || progress instanceof Progress.Rejected ? text.widget() : null);
        page.layout(true, true);
    }

    private static void visible(Button button, boolean visible) {
        button.setVisible(visible);
        ((GridData) button.getLayoutData()).exclude = !visible;
    }

    private void top(Composite control) {
        ((StackLayout) root.getLayout()).topControl = control;
        root.layout();
    }

    @Focus
    void focus() {
        root.setFocus();
    }
}
