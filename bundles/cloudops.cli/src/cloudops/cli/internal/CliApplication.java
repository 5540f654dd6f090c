package cloudops.cli.internal;

import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;

public final class CliApplication implements IApplication {
    @Override
    public Object start(IApplicationContext context) {
        System.out.println("cloudops");
        return EXIT_OK;
    }

    @Override
    public void stop() {
    }
}
