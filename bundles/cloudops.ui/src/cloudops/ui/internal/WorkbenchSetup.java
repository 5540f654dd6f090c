package cloudops.ui.internal;

import org.eclipse.swt.graphics.Point;
import org.eclipse.ui.application.IWorkbenchConfigurer;
import org.eclipse.ui.application.IWorkbenchWindowConfigurer;
import org.eclipse.ui.application.WorkbenchAdvisor;
import org.eclipse.ui.application.WorkbenchWindowAdvisor;

import cloudops.ui.PerspectiveIds;

/** The window as it is opened first. */
final class WorkbenchSetup extends WorkbenchAdvisor {

    private static final Point FIRST_SIZE = new Point(1280, 800);

    @Override
    public void initialize(IWorkbenchConfigurer configurer) {
        super.initialize(configurer);
        configurer.setSaveAndRestore(true);
    }

    @Override
    public String getInitialWindowPerspectiveId() {
        return PerspectiveIds.EXPLORER;
    }

    @Override
    public WorkbenchWindowAdvisor createWorkbenchWindowAdvisor(IWorkbenchWindowConfigurer configurer) {
        return new WorkbenchWindowAdvisor(configurer) {
            @Override
            public void preWindowOpen() {
                var window = getWindowConfigurer();
                window.setTitle("CloudOps Workbench");
                window.setInitialSize(FIRST_SIZE);
                window.setShowCoolBar(true);
                window.setShowPerspectiveBar(true);
                window.setShowStatusLine(true);
                window.setShowProgressIndicator(true);
            }
        };
    }
}
