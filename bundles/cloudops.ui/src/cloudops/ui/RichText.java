package cloudops.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyleRange;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Composite;

import cloudops.model.DisplayText;

/** A read-only text with headings, commands and verdicts, which can be selected and copied. All text may come from outside. */
public final class RichText {

    private static final int INDENT = 12;

    private final StyledText widget;
    private final StringBuilder text = new StringBuilder();
    private final List<StyleRange> styles = new ArrayList<>();
    private final List<Integer> raisedLines = new ArrayList<>();
    private final List<Integer> indentedLines = new ArrayList<>();
    private int line;

    public RichText(Composite parent, WidgetId id) {
        widget = id.mark(new StyledText(parent, SWT.MULTI | SWT.READ_ONLY | SWT.WRAP | SWT.V_SCROLL));
        widget.setAlwaysShowScrollBars(false);
        widget.setMargins(10, 8, 10, 8);
        widget.setLineSpacing(2);
        widget.setCaret(null);
    }

    public StyledText widget() {
        return widget;
    }

    /** Empties the text; nothing changes on the screen before {@link #show}. */
    public RichText begin() {
        text.setLength(0);
        styles.clear();
        raisedLines.clear();
        indentedLines.clear();
        line = 0;
        return this;
    }

    public RichText heading(String words) {
        if (line > 0) {
            endLine();
        }
        span(DisplayText.line(words), range -> range.font = Look.bold());
        return endLine();
    }

    public RichText paragraph(String words) {
        DisplayText.block(words).lines().forEach(part -> {
            text.append(part);
            endLine();
        });
        return this;
    }

    /** An exact command: monospaced, raised, never cut. */
    public RichText command(String command) {
        raisedLines.add(line);
        indentedLines.add(line);
        span(command, range -> range.font = Look.monospaced());
        return endLine();
    }

    /** Second-rate text. */
    public RichText note(String words) {
        indentedLines.add(line);
        span(DisplayText.line(words), range -> range.foreground = Look.quiet());
        return endLine();
    }

    /** A line that begins with a verdict in its colour. */
    public RichText verdict(Tone tone, String verdict, String words) {
        indentedLines.add(line);
        span(verdict, range -> {
            range.foreground = Look.color(tone);
            range.font = Look.bold();
        });
        text.append("  ").append(DisplayText.line(words));
        return endLine();
    }

    public void show() {
        widget.setRedraw(false);
        try {
            widget.setText(text.toString());
            styles.forEach(widget::setStyleRange);
            indentedLines.forEach(index -> {
                widget.setLineIndent(index, 1, INDENT);
                widget.setLineWrapIndent(index, 1, INDENT * 2);
            });
            raisedLines.forEach(index -> widget.setLineBackground(index, 1, Look.raised()));
            widget.setTopIndex(0);
        } finally {
            widget.setRedraw(true);
        }
    }

    private RichText endLine() {
        text.append('\n');
        line++;
        return this;
    }

    private void span(String words, Consumer<StyleRange> style) {
        var range = new StyleRange();
        range.start = text.length();
        range.length = words.length();
        style.accept(range);
        text.append(words);
        styles.add(range);
    }
}
