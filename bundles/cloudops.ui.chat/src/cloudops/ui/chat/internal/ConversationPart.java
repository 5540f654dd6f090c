package cloudops.ui.chat.internal;

import java.util.ArrayList;
import java.util.List;

import org.eclipse.e4.ui.di.Focus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.ScrolledComposite;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.events.ControlListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Text;

import cloudops.ui.MessagePage;
import cloudops.ui.PushButton;
import cloudops.ui.WidgetId;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;

/** The conversation, and the line to type into. */
public final class ConversationPart {

    private final Conversation conversation;
    private final List<ExchangeView> views = new ArrayList<>();
    private Composite stack;
    private MessagePage empty;
    private ScrolledComposite scroll;
    private Composite messages;
    private Text prompt;

    @Inject
    public ConversationPart(Conversation conversation) {
        this.conversation = conversation;
    }

    @PostConstruct
    void create(Composite parent) {
        GridLayoutFactory.fillDefaults().spacing(0, 0).applyTo(parent);
        stack = new Composite(parent, SWT.NONE);
        stack.setLayout(new StackLayout());
        GridDataFactory.fillDefaults().grab(true, true).applyTo(stack);
        empty = new MessagePage(stack, WidgetId.CHAT_EMPTY);
        empty.show("What is to be done?", "For example: Stop pg-instance-main1\n\n"
                + "You see every command and its risk first. What changes something runs only when you approve it.");
        scroll = new ScrolledComposite(stack, SWT.V_SCROLL);
        scroll.setExpandHorizontal(true);
        scroll.setExpandVertical(true);
        messages = WidgetId.CHAT_MESSAGES.mark(new Composite(scroll, SWT.NONE));
        GridLayoutFactory.fillDefaults().margins(10, 8).spacing(0, 8).applyTo(messages);
        scroll.setContent(messages);
        scroll.addControlListener(ControlListener.controlResizedAdapter(event -> measure()));
        createPrompt(parent);
        conversation.changes().update(stack, this::show);
        show();
        // who opens the perspective wants to say something, though another view comes first in it
        parent.getDisplay().asyncExec(() -> {
            if (!prompt.isDisposed() && prompt.isVisible()) {
                prompt.setFocus();
            }
        });
    }

    private void createPrompt(Composite parent) {
        var line = new Composite(parent, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(line);
        GridLayoutFactory.fillDefaults().numColumns(3).margins(8, 8).applyTo(line);
        prompt = WidgetId.CHAT_PROMPT.mark(new Text(line, SWT.SINGLE | SWT.BORDER));
        prompt.setMessage("Say what you want to know or do");
        GridDataFactory.fillDefaults().grab(true, false).align(SWT.FILL, SWT.CENTER).applyTo(prompt);
        prompt.addSelectionListener(SelectionListener.widgetDefaultSelectedAdapter(event -> send()));
        PushButton.create(line, WidgetId.CHAT_SEND, "&Send", this::send).setToolTipText("Plan it; nothing is run yet");
        PushButton.create(line, WidgetId.CHAT_NEW, "&New", conversation::clear).setToolTipText("Start a new conversation");
    }

    private void send() {
        if (!prompt.getText().isBlank()) {
            conversation.ask(prompt.getText());
            prompt.setText("");
        }
    }

    private void show() {
        var exchanges = conversation.exchanges();
        views.removeIf(view -> {
            var gone = !exchanges.contains(view.exchange());
            if (gone) {
                view.dispose();
            }
            return gone;
        });
        var grown = false;
        for (var i = 0; i < exchanges.size(); i++) {
            if (i == views.size()) {
                views.add(new ExchangeView(messages, conversation, exchanges.get(i)));
                grown = true;
            }
            grown |= views.get(i).show(i == exchanges.size() - 1);
        }
        ((StackLayout) stack.getLayout()).topControl = exchanges.isEmpty() ? empty.control() : scroll;
        stack.layout();
        if (grown) {
            measure();
            scroll.setOrigin(0, messages.getSize().y);
        }
    }

    private void measure() {
        var width = scroll.getClientArea().width;
        if (width > 0) {
            messages.layout(true, true);
            scroll.setMinSize(messages.computeSize(width, SWT.DEFAULT));
        }
    }

    @Focus
    void focus() {
        prompt.setFocus();
    }
}
