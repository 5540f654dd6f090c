package cloudops.ui;

import java.util.ArrayList;
import java.util.List;

import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyleRange;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;

import cloudops.model.DisplayText;
import cloudops.ui.OutputBuffer.Kind;
import cloudops.ui.OutputBuffer.Line;

/** Shows an {@link OutputBuffer} live: appends what is new in one go, follows the end unless the user scrolled up, bounded like the buffer. */
public final class OutputView {

    private final StyledText text;
    private OutputBuffer buffer;
    private Changes.Subscription subscription = () -> {
    };
    private long position;

    public OutputView(Composite parent, WidgetId id) {
        text = id.mark(new StyledText(parent, SWT.MULTI | SWT.READ_ONLY | SWT.V_SCROLL | SWT.H_SCROLL | SWT.BORDER));
        text.setFont(Look.monospaced());
        Look.list(text);
        text.setMargins(6, 4, 6, 4);
        text.setAlwaysShowScrollBars(false);
    }

    public Control control() {
        return text;
    }

    /** Shows another buffer from its beginning; null for none. */
    public void show(OutputBuffer other) {
        if (other == buffer) {
            return;
        }
        subscription.close();
        buffer = other;
        position = 0;
        text.setText("");
        if (buffer != null) {
            subscription = buffer.changes().update(text, this::append);
            append();
        }
    }

    private void append() {
        var chunk = buffer.since(position);
        if (chunk.next() == position) {
            return;
        }
        var follow = text.getTopIndex() + visibleLines() >= text.getLineCount() - 1;
        position = chunk.next();
        text.setRedraw(false);
        try {
            if (chunk.lost() > 0) {
                text.setText("");
                append(List.of(new Line(Kind.NOTE, "… earlier lines are left out here; the log has them")));
            }
            append(chunk.lines());
            dropOldest();
        } finally {
            text.setRedraw(true);
        }
        if (follow) {
            text.setTopIndex(text.getLineCount() - 1);
        }
    }

    private void append(List<Line> lines) {
        var added = new StringBuilder();
        var styles = new ArrayList<StyleRange>();
        var start = text.getCharCount();
        for (var line : lines) {
            if (start + added.length() > 0) {
                added.append('\n');
            }
            var from = start + added.length();
            added.append(line.kind() == Kind.NOTE ? DisplayText.block(line.text()) : DisplayText.line(line.text()));
            var style = style(line.kind(), from, start + added.length() - from);
            if (style != null) {
                styles.add(style);
            }
        }
        text.append(added.toString());
        styles.forEach(text::setStyleRange);
    }

    private static StyleRange style(Kind kind, int from, int length) {
        return switch (kind) {
            case STDOUT -> null;
            case STDERR -> new StyleRange(from, length, Look.color(Tone.BAD), null);
            case NOTE -> new StyleRange(from, length, Look.quiet(), null);
        };
    }

    private void dropOldest() {
        var surplus = text.getLineCount() - OutputBuffer.CAPACITY;
        if (surplus > 0) {
            text.replaceTextRange(0, text.getOffsetAtLine(surplus), "");
        }
    }

    private int visibleLines() {
        return Math.max(1, text.getClientArea().height / text.getLineHeight());
    }
}
