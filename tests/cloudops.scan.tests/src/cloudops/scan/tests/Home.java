package cloudops.scan.tests;

import static java.util.stream.Collectors.toMap;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.model.ResourceKey;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.storage.EstateStorage;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.spi.PassphraseSource;

/** A home with all the product's services, as a face has them; takes them back when closed. One at a time. */
final class Home implements AutoCloseable {

    private static final long SECONDS = 60;

    private final BundleContext context = FrameworkUtil.getBundle(Home.class).getBundleContext();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();

    Home(Environment environment) {
        var first = FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 100));
        PassphraseSource source = (Path home, boolean create) -> Optional.of("throw-away".toCharArray());
        registrations.add(context.registerService(PassphraseSource.class, source, first));
        registrations.add(context.registerService(Environment.class, environment, first));
    }

    <T> T service(Class<T> type) throws InterruptedException {
        var tracker = new ServiceTracker<T, T>(context, type, null);
        tracker.open();
        trackers.add(tracker);
        var service = tracker.waitForService(TimeUnit.SECONDS.toMillis(SECONDS));
        if (service == null) {
            throw new AssertionError("no service " + type.getName() + " within " + SECONDS + " s: an unsatisfied reference?");
        }
        return service;
    }

    ScanResult scan(ScanRequest request) throws InterruptedException {
        return service(EstateScanner.class).scan(request, ScanListener.NONE);
    }

    /** What is stored, without the time when it was seen. */
    Map<ResourceKey, AwsResource> stored() throws Exception {
        var all = new ArrayList<AwsResource>();
        service(EstateStorage.class).list(ResourceFilter.ALL, all::add);
        return all.stream().collect(toMap(AwsResource::key, r -> copy(r, r.identifier(), r.name()), (one, other) -> other, HashMap::new));
    }

    void store(Collection<AwsResource> resources) throws Exception {
        service(EstateStorage.class).upsert(resources.stream().map(resource -> new Embedded(resource, null)).toList());
    }

    /** The same resource under another identifier and name, seen at the beginning of time. */
    static AwsResource copy(AwsResource r, String identifier, String name) {
        return new AwsResource(r.resourceType(), identifier, r.accountId(), r.accountName(), r.region(), r.service(),
                r.arn().replace(r.identifier(), identifier), name, r.state(), r.tags(), Instant.EPOCH, r.iam(), r.constraints(), r.metadata());
    }

    @Override
    public void close() {
        trackers.forEach(ServiceTracker::close);
        registrations.reversed().forEach(ServiceRegistration::unregister);
    }
}
