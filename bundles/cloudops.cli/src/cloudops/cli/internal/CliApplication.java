package cloudops.cli.internal;

import java.util.ArrayList;

import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.osgi.framework.FrameworkUtil;

/** The headless product: one command, then the end. */
public final class CliApplication implements IApplication {

    @Override
    public Object start(IApplicationContext context) {
        context.applicationRunning();
        try (var services = new Services(FrameworkUtil.getBundle(CliApplication.class).getBundleContext())) {
            return Cli.run(arguments(), services, Console.ofProcess());
        }
    }

    /** The start script hands them over as properties, out of reach of the launcher's own options. */
    private static String[] arguments() {
        var arguments = new ArrayList<String>();
        for (String argument; (argument = System.getProperty("cloudops.argument." + arguments.size())) != null;) {
            arguments.add(argument);
        }
        return arguments.toArray(String[]::new);
    }

    @Override
    public void stop() {
        // a command ends by itself or with the process
    }
}
