package cloudops.ui.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

import org.eclipse.core.runtime.Platform;
import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.PlatformUI;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.demo.DemoException;
import cloudops.model.Environment;
import cloudops.storage.spi.PassphraseSource;
import cloudops.model.DisplayText;

/** The desktop workbench: tells the services where this run lives, then opens the window. */
public final class WorkbenchApplication implements IApplication {

    private static final Logger LOG = LoggerFactory.getLogger(WorkbenchApplication.class);
    private static final Integer FAILED = 1;
    private static final Integer USAGE = 2;

    @Override
    public Object start(IApplicationContext context) {
        var arguments = (String[]) context.getArguments().get(IApplicationContext.APPLICATION_ARGS);
        var display = PlatformUI.createDisplay();
        try {
            return run(display, LaunchOptions.parse(arguments, System.getenv(), Path.of(System.getProperty("user.home"))));
        } catch (IllegalArgumentException e) {
            return refuse(USAGE, "The command line is not understood.", e.getMessage());
        } catch (DemoException e) {
            LOG.error("no demonstration: {}", e.problem(), e);
            return refuse(FAILED, "The demonstration could not be set up.",
                    e.getMessage() + (e.remedy() == null ? "" : "\n\nTry: " + e.remedy()));
        } catch (IOException e) {
            LOG.error("the home cannot be used", e);
            return refuse(FAILED, "The home of CloudOps cannot be used.", e.getMessage()
                    + "\n\nCheck that the folder is yours and that the disk has room, or start with --home and another folder.");
        } catch (InterruptedException e) {
            LOG.debug("ended before the window opened", e);
            return EXIT_OK;
        } finally {
            display.dispose();
        }
    }

    private static Object run(Display display, LaunchOptions options) throws IOException, DemoException, InterruptedException {
        try (var session = Session.open(options)) {
            if (!takeHome(session.environment().home())) {
                return refuse(FAILED, "CloudOps is already open on this home.", "Home: " + session.environment().home()
                        + "\n\nUse the window that is open, or start with --home and another folder.");
            }
            var registered = register(session, display);
            try {
                var result = PlatformUI.createAndRunWorkbench(display, new WorkbenchSetup(session.scanRegions()));
                return result == PlatformUI.RETURN_RESTART ? EXIT_RESTART : EXIT_OK;
            } finally {
                // whoever uses the home lets go of it before the session ends, which may delete it
                registered.forEach(ServiceRegistration::unregister);
            }
        }
    }

    /** The workbench's own files live under the home and nowhere else; false when another workbench has them. */
    private static boolean takeHome(Path home) throws IOException {
        createPrivately(home);
        var area = Platform.getInstanceLocation();
        return area.isSet() ? area.lock() : area.set(home.resolve("workbench").toUri().toURL(), true);
    }

    private static void createPrivately(Path home) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(home);
        }
    }

    /** Before anything else asks for a service: whatever reads or writes the home waits for these two. */
    private static List<ServiceRegistration<?>> register(Session session, Display display) {
        var services = FrameworkUtil.getBundle(WorkbenchApplication.class).getBundleContext();
        var passphrase = session.passphrase().or(() -> Optional.ofNullable(System.getenv("CLOUDOPS_PASSPHRASE")).map(String::toCharArray));
        var asking = services.registerService(PassphraseSource.class, new AskedPassphrase(display, passphrase), null);
        var environment = services.registerService(Environment.class, session.environment(), null);
        LOG.info("workbench starts: read_only={} endpoint={}", session.environment().readOnly(),
                session.environment().endpointUrl().isPresent());
        return List.of(environment, asking);
    }

    private static Object refuse(Integer exitCode, String what, String why) {
        MessageDialog.openError(null, "CloudOps", DisplayText.block(what + "\n\n" + why));
        return exitCode;
    }

    @Override
    public void stop() {
        if (PlatformUI.isWorkbenchRunning()) {
            var workbench = PlatformUI.getWorkbench();
            workbench.getDisplay().syncExec(workbench::close);
        }
    }
}
