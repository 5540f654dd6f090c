package cloudops.cli.internal;

import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.osgi.framework.FrameworkUtil;

/** The headless product: one command, then the end. */
public final class CliApplication implements IApplication {

    @Override
    public Object start(IApplicationContext context) {
        context.applicationRunning();
        var arguments = (String[]) context.getArguments().get(IApplicationContext.APPLICATION_ARGS);
        try (var services = new Services(FrameworkUtil.getBundle(CliApplication.class).getBundleContext())) {
            return Cli.run(arguments, services, Console.ofProcess());
        }
    }

    @Override
    public void stop() {
        // a command ends by itself or with the process
    }
}
