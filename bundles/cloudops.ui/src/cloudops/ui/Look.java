package cloudops.ui;

import org.eclipse.jface.layout.PixelConverter;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.widgets.Control;
import org.eclipse.ui.PlatformUI;

/** Fonts and colours of the current theme. Nobody disposes what it returns. UI thread only. */
public final class Look {

    private Look() {
    }

    /** The colour of a status; null, the widget's own, for {@link Tone#PLAIN}. */
    public static Color color(Tone tone) {
        return tone == Tone.PLAIN ? null : theme(tone.colorId());
    }

    /** The colour of explanations and other second-rate text. */
    public static Color quiet() {
        return theme("cloudops.ui.quiet");
    }

    /** Behind commands that are to stand out from the text around. */
    public static Color raised() {
        return theme("cloudops.ui.raised");
    }

    /** Lets a read-only text stand out from what is around it. */
    public static void raise(Control control) {
        styleClass(control, "cloudops-raised");
    }

    /** Gives a list, a tree or an output the background of lists, wherever it is. */
    public static void list(Control control) {
        styleClass(control, "cloudops-list");
    }

    /** Backgrounds come from the theme's style sheets, which would overwrite a colour that is set here. */
    private static void styleClass(Control control, String name) {
        control.setData("org.eclipse.e4.ui.css.CssClassName", name);
    }

    /** The width of a text of so many characters. */
    public static int charsToPixels(Control control, int chars) {
        return new PixelConverter(control).convertWidthInCharsToPixels(chars);
    }

    private static Color theme(String id) {
        return PlatformUI.getWorkbench().getThemeManager().getCurrentTheme().getColorRegistry().get(id);
    }

    public static Font heading() {
        return JFaceResources.getHeaderFont();
    }

    public static Font bold() {
        return JFaceResources.getFontRegistry().getBold(JFaceResources.DEFAULT_FONT);
    }

    public static Font monospaced() {
        return JFaceResources.getTextFont();
    }
}
