package cloudops.ui.tests;

import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageLoader;
import org.eclipse.ui.PlatformUI;

/** Pictures of the window for people to look at, when the system property {@code cloudops.screenshots} names a folder. */
public final class Screenshot {

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;

    private Screenshot() {
    }

    public static void take(String name) {
        var folder = System.getProperty("cloudops.screenshots", "");
        if (folder.isEmpty()) {
            return;
        }
        Ui.run(() -> {
            PlatformUI.getWorkbench().getActiveWorkbenchWindow().getShell().setBounds(0, 0, WIDTH, HEIGHT);
        });
        settle();
        Ui.run(() -> {
            var image = new Image(Ui.display(), WIDTH, HEIGHT);
            var gc = new GC(Ui.display());
            try {
                gc.copyArea(image, 0, 0);
                var loader = new ImageLoader();
                loader.data = new org.eclipse.swt.graphics.ImageData[] {image.getImageData()};
                loader.save(folder + "/" + name + ".png", SWT.IMAGE_PNG);
            } finally {
                gc.dispose();
                image.dispose();
            }
        });
    }

    /** Lets the window be laid out and painted. */
    private static void settle() {
        var painted = new boolean[1];
        Ui.run(() -> Ui.display().timerExec(700, () -> painted[0] = true));
        Ui.until("painted", () -> painted[0]);
    }
}
