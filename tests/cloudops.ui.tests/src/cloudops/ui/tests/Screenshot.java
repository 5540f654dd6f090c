package cloudops.ui.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.graphics.ImageLoader;
import org.eclipse.ui.PlatformUI;

/** Pictures of the window for people to look at, in the folder that the system property {@code cloudops.screenshots} names. */
public final class Screenshot {

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;

    private Screenshot() {
    }

    public static void take(String name) {
        var folder = Path.of(System.getProperty("cloudops.screenshots"));
        Ui.run(() -> PlatformUI.getWorkbench().getActiveWorkbenchWindow().getShell().setBounds(0, 0, WIDTH, HEIGHT));
        settle();
        // written here, as what fails on the UI thread would only be logged
        var loader = new ImageLoader();
        loader.data = new ImageData[] {Ui.on(Screenshot::copied)};
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        loader.save(folder.resolve(name + ".png").toString(), SWT.IMAGE_PNG);
    }

    private static ImageData copied() {
        var image = new Image(Ui.display(), WIDTH, HEIGHT);
        var gc = new GC(Ui.display());
        try {
            gc.copyArea(image, 0, 0);
            return image.getImageData();
        } finally {
            gc.dispose();
            image.dispose();
        }
    }

    /** Lets the window be laid out and painted. */
    private static void settle() {
        var painted = new boolean[1];
        Ui.run(() -> Ui.display().timerExec(700, () -> painted[0] = true));
        Ui.until("painted", () -> painted[0]);
    }
}
