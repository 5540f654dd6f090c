package cloudops.ui.chat.internal;

import java.util.Objects;
import java.util.stream.Collectors;

import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.RowLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

import cloudops.agent.ServerResponse.ResponseType;
import cloudops.model.DisplayText;
import cloudops.ui.Look;
import cloudops.ui.Times;
import cloudops.ui.Tone;
import cloudops.ui.WidgetId;
import cloudops.ui.chat.internal.Exchange.Progress;
import cloudops.ui.chat.internal.Exchange.Reply;

/** One exchange of the conversation: what the user said, what came back, and what may be answered. */
final class ExchangeView {

    private static final int INDENT_OF_USER = 48;

    private final Conversation conversation;
    private final Exchange exchange;
    private final Composite root;
    private final StyledText reply;
    private final Composite actions;
    private Object shown;

    ExchangeView(Composite parent, Conversation conversation, Exchange exchange) {
        this.conversation = conversation;
        this.exchange = exchange;
        root = WidgetId.CHAT_MESSAGE.mark(new Composite(parent, SWT.NONE));
        GridDataFactory.fillDefaults().grab(true, false).applyTo(root);
        GridLayoutFactory.fillDefaults().spacing(0, 4).applyTo(root);
        if (exchange.prompt().isEmpty()) {
            author("CloudOps, " + Times.when(exchange.at()), 0);
        } else {
            author("You, " + Times.when(exchange.at()), INDENT_OF_USER);
            var asked = text(INDENT_OF_USER);
            Look.raise(asked);
            asked.setText(DisplayText.block(exchange.prompt()));
            author("CloudOps", 0);
        }
        reply = text(0);
        actions = new Composite(root, SWT.NONE);
        actions.setLayout(RowLayoutFactory.fillDefaults().center(true).wrap(true).margins(3, 3).spacing(8).create());
        GridDataFactory.fillDefaults().grab(true, false).applyTo(actions);
    }

    private void author(String name, int indent) {
        var label = new Label(root, SWT.NONE);
        label.setText(name);
        label.setFont(Look.bold());
        GridDataFactory.fillDefaults().grab(true, false).indent(indent, 0).applyTo(label);
    }

    private StyledText text(int indent) {
        var text = new StyledText(root, SWT.MULTI | SWT.READ_ONLY | SWT.WRAP);
        text.setMargins(8, 6, 8, 6);
        text.setCaret(null);
        GridDataFactory.fillDefaults().grab(true, false).indent(indent, 0).applyTo(text);
        return text;
    }

    Exchange exchange() {
        return exchange;
    }

    void dispose() {
        root.dispose();
    }

    /** Draws what changed. @param last whether it can still be answered @return whether anything changed */
    boolean show(boolean last) {
        record Drawn(Reply reply, Progress progress, boolean last, boolean selected) {
        }
        var now = new Drawn(exchange.reply(), exchange.progress(), last, conversation.selected() == exchange);
        if (Objects.equals(now, shown)) {
            return false;
        }
        shown = now;
        for (var child : actions.getChildren()) {
            child.dispose();
        }
        switch (exchange.reply()) {
            case Reply.Waiting waiting -> {
                say("Looking at the estate and planning…", Look.quiet());
                action("Cancel", WidgetId.CHAT_CANCEL, () -> conversation.cancel(exchange));
            }
            case Reply.Cancelled cancelled -> say("Cancelled.", Look.quiet());
            case Reply.Failed failed -> say(failed.trouble().what()
                    + (failed.trouble().advice().isEmpty() ? "" : "\n" + failed.trouble().advice()), Look.color(Tone.BAD));
            case Reply.Answered answered -> showAnswer(answered, last);
            case Reply.Kept kept -> showKept(kept);
        }
        return true;
    }

    private void showAnswer(Reply.Answered answered, boolean last) {
        var response = answered.answer().response();
        say(response.explainPlan(), null);
        if (answered.plan() != null) {
            var status = new Label(actions, SWT.NONE);
            status.setText(DisplayText.label(PlanStatus.line(answered.plan(), exchange.progress())));
            status.setForeground(Look.color(PlanStatus.tone(exchange.progress())));
            if (conversation.selected() != exchange) {
                action("Show the plan", WidgetId.CHAT_SHOW_PLAN, () -> conversation.select(exchange));
            }
        }
        if (response.responseType() == ResponseType.CLARIFICATION && last) {
            response.choices().forEach(choice -> action(DisplayText.label(choice.label()), WidgetId.CHAT_CHOICE,
                    () -> conversation.choose(exchange, choice)));
        }
    }

    private void showKept(Reply.Kept kept) {
        say(kept.said().isEmpty() ? "No answer is kept." : kept.said().stream().map(Exchange.Said::content).collect(Collectors.joining("\n\n")),
                kept.said().isEmpty() ? Look.quiet() : null);
        kept.ran().forEach(this::showRan);
    }

    /** What was run, and how it ended. */
    private void showRan(Exchange.Ran ran) {
        var label = WidgetId.CHAT_RAN.mark(new Label(actions, SWT.WRAP));
        label.setText(DisplayText.label(PlanStatus.ran(ran)));
        label.setForeground(Look.color(PlanStatus.tone(ran)));
    }

    private void say(String words, Color color) {
        reply.setText(DisplayText.block(words));
        reply.setForeground(color);
    }

    private void action(String text, WidgetId id, Runnable run) {
        var button = id.mark(new Button(actions, SWT.PUSH));
        button.setText(text);
        button.addSelectionListener(SelectionListener.widgetSelectedAdapter(event -> run.run()));
    }
}
