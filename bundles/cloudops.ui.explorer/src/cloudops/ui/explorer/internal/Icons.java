package cloudops.ui.explorer.internal;

import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.resource.LocalResourceManager;
import org.eclipse.jface.resource.ResourceLocator;
import org.eclipse.jface.resource.ResourceManager;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Control;

/** The bundle's icons, for as long as a control lives. */
final class Icons {

    private static final String BUNDLE = "cloudops.ui.explorer";

    private final ResourceManager resources;

    Icons(Control owner) {
        resources = new LocalResourceManager(JFaceResources.getResources(), owner);
    }

    /** @param name without folder and extension */
    Image get(String name) {
        return ResourceLocator.imageDescriptorFromBundle(BUNDLE, "icons/" + name + ".svg").map(resources::get).orElse(null);
    }
}
