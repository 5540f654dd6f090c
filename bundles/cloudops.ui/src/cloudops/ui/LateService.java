package cloudops.ui;

import java.util.concurrent.atomic.AtomicReference;

import org.osgi.service.component.ComponentServiceObjects;

/**
 * A service that may come late, go, and come back while the workbench runs. The service object is made at the first {@link #get}, not when
 * it is bound: making it may open the store and ask for a passphrase, which must not happen on the UI thread. Thread-safe.
 *
 * @param <T> the service's interface
 */
public final class LateService<T> {

    private final String name;
    private final AtomicReference<Bound<T>> bound = new AtomicReference<>();

    /** @param name what a person calls the service: "estate storage" */
    public LateService(String name) {
        this.name = name;
    }

    /** For components: {@code @Reference(cardinality = OPTIONAL, policy = DYNAMIC, policyOption = GREEDY)}. */
    public void bind(ComponentServiceObjects<T> objects) {
        var previous = bound.getAndSet(new Bound<>(objects));
        if (previous != null) {
            previous.release();
        }
    }

    /** The counterpart of {@link #bind}; does nothing when another service has taken the place. */
    public void unbind(ComponentServiceObjects<T> objects) {
        var current = bound.get();
        if (current != null && current.objects == objects && bound.compareAndSet(current, null)) {
            current.release();
        }
    }

    public boolean present() {
        return bound.get() != null;
    }

    /** The service. May block, so not for the UI thread. @throws MissingServiceException when there is none now */
    public T get() throws MissingServiceException {
        var current = bound.get();
        var service = current == null ? null : current.service();
        if (service == null) {
            throw new MissingServiceException(name);
        }
        return service;
    }

    private static final class Bound<T> {
        private final ComponentServiceObjects<T> objects;
        private T service;

        Bound(ComponentServiceObjects<T> objects) {
            this.objects = objects;
        }

        synchronized T service() {
            if (service == null) {
                service = objects.getService();
            }
            return service;
        }

        synchronized void release() {
            if (service != null) {
                objects.ungetService(service);
                service = null;
            }
        }
    }
}
