package cloudops.ui.internal;

import java.util.List;
import java.util.Map;

import org.eclipse.core.commands.ParameterizedCommand;
import org.eclipse.core.commands.common.CommandException;
import org.eclipse.swt.graphics.Point;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.application.IWorkbenchConfigurer;
import org.eclipse.ui.application.IWorkbenchWindowConfigurer;
import org.eclipse.ui.application.WorkbenchAdvisor;
import org.eclipse.ui.application.WorkbenchWindowAdvisor;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.ui.PerspectiveIds;

/** The window as it is opened first. */
final class WorkbenchSetup extends WorkbenchAdvisor {

    private static final Logger LOG = LoggerFactory.getLogger(WorkbenchSetup.class);
    private static final Point FIRST_SIZE = new Point(1280, 800);
    private static final String SCAN_ALL = "cloudops.ui.explorer.scanAll";

    private final List<String> scanRegions;

    /** @param scanRegions where to scan at once; empty to scan nothing */
    WorkbenchSetup(List<String> scanRegions) {
        this.scanRegions = scanRegions;
    }

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

    @Override
    public void postStartup() {
        if (scanRegions.isEmpty()) {
            return;
        }
        var workbench = PlatformUI.getWorkbench();
        var command = workbench.getService(ICommandService.class).getCommand(SCAN_ALL);
        try {
            workbench.getService(IHandlerService.class).executeCommand(
                    ParameterizedCommand.generateCommand(command, Map.of("regions", String.join(",", scanRegions))), null);
        } catch (CommandException e) {
            LOG.error("the first scan could not be started", e);
        }
    }
}
