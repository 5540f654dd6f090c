package cloudops.cli.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The one place where the command line, which no container creates, meets the services: what it offers to them (environment, passphrase)
 * and what it asks of them.
 */
final class Services implements AutoCloseable {

    private static final long WAIT_SECONDS = 10;

    private final BundleContext context;
    private final List<ServiceRegistration<?>> offered = new ArrayList<>();
    private final List<ServiceTracker<?, ?>> asked = new ArrayList<>();

    Services(BundleContext context) {
        this.context = context;
    }

    <T> void offer(Class<T> type, T service) {
        offered.add(context.registerService(type, service, FrameworkUtil.asDictionary(Map.of())));
    }

    /**
     * The service, as soon as it is there: components appear a moment after what they need.
     *
     * @throws IllegalStateException when this product lacks it
     */
    <T> T get(Class<T> type) {
        return await(type, new ServiceTracker<>(context, type, null));
    }

    /** The one of several services whose {@code property} is {@code value}; as {@link #get(Class)}. */
    <T> T get(Class<T> type, String property, String value) {
        try {
            var filter = context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + type.getName() + ")(" + property + "=" + value + "))");
            return await(type, new ServiceTracker<>(context, filter, null));
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("no property and value: " + property + "=" + value, e);
        }
    }

    private <T> T await(Class<T> type, ServiceTracker<T, T> tracker) {
        tracker.open();
        asked.add(tracker);
        try {
            var service = tracker.waitForService(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
            if (service == null) {
                throw new IllegalStateException("this product has no working " + type.getSimpleName() + ": it is damaged or incomplete");
            }
            return service;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    Bundle[] bundles() {
        return context.getBundles();
    }

    /** Takes back what was offered; components that need it go, and close what they hold. May be called again. */
    @Override
    public void close() {
        asked.forEach(ServiceTracker::close);
        asked.clear();
        offered.reversed().forEach(ServiceRegistration::unregister);
        offered.clear();
    }
}
