package cloudops.ui.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;

import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.jface.dialogs.ProgressMonitorDialog;

import cloudops.demo.DemoException;
import cloudops.demo.DemoSession;
import cloudops.model.Environment;

/**
 * What one run of the workbench works on. Here a demonstration takes the place of the user's home and AWS files.
 *
 * @param environment to be registered
 * @param passphrase the home's passphrase where it is known without asking anybody
 * @param scanRegions where to scan all accounts as soon as the window is open; empty to scan nothing
 * @param end ends what was started for this run
 */
record Session(Environment environment, Optional<char[]> passphrase, List<String> scanRegions, Runnable end) implements AutoCloseable {

    /** UI thread; shows its progress where it takes time. */
    static Session open(LaunchOptions options) throws DemoException, InterruptedException {
        return options.demo() ? demo(options.readOnly()) : new Session(options.environment(), Optional.empty(), List.of(), () -> {
        });
    }

    private static Session demo(boolean readOnly) throws DemoException, InterruptedException {
        var demo = startDemo();
        var own = demo.environment();
        var environment = new Environment(own.home(), own.awsConfigFile(), own.awsCredentialsFile(), own.endpointUrl(), readOnly, own.keychain());
        return new Session(environment, Optional.of(demo.passphrase()), demo.summary().regions(), demo::close);
    }

    private static DemoSession startDemo() throws DemoException, InterruptedException {
        var started = new DemoSession[1];
        try {
            new ProgressMonitorDialog(null).run(true, false, monitor -> {
                monitor.beginTask("Preparing the demonstration", IProgressMonitor.UNKNOWN);
                try {
                    started[0] = DemoSession.start(0, false, monitor::subTask);
                } catch (DemoException e) {
                    throw new InvocationTargetException(e);
                }
            });
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof DemoException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
        return started[0];
    }

    @Override
    public void close() {
        end.run();
    }
}
