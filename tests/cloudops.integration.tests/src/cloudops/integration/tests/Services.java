package cloudops.integration.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

import cloudops.model.Environment;
import cloudops.storage.spi.PassphraseSource;

/**
 * The services of a home, as a face sees them: registers the environment and a passphrase, waits for services, and takes all back when
 * closed.
 */
final class Services implements AutoCloseable {

    private static final long SECONDS = 20;

    private final BundleContext context = FrameworkUtil.getBundle(Services.class).getBundleContext();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();

    Services(Environment environment, char[] passphrase) {
        var first = FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 100));
        PassphraseSource source = (Path home, boolean create) -> Optional.of(passphrase.clone());
        registrations.add(context.registerService(PassphraseSource.class, source, first));
        registrations.add(context.registerService(Environment.class, environment, first));
    }

    <T> T get(Class<T> type) throws InterruptedException {
        var tracker = new ServiceTracker<T, T>(context, type, null);
        tracker.open();
        trackers.add(tracker);
        var service = tracker.waitForService(TimeUnit.SECONDS.toMillis(SECONDS));
        if (service == null) {
            throw new AssertionError("no service " + type.getName() + " within " + SECONDS + " s: an unsatisfied reference?");
        }
        return service;
    }

    /** Takes the services back; components of this home go with them. */
    @Override
    public void close() {
        trackers.forEach(ServiceTracker::close);
        registrations.reversed().forEach(ServiceRegistration::unregister);
    }
}
