package cloudops.ui.explorer.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.jobs.ISchedulingRule;
import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsProfile;
import cloudops.aws.Profiles;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Topics;

/** Scans that the user starts: one after the other, in the background. */
@Component(service = Scans.class)
public final class Scans {

    /** What can be scanned. @param profiles AWS profiles, sorted @param services as the CLI names them, sorted */
    record Choices(List<AwsProfile> profiles, List<String> services) {
    }

    private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

    /** Two scans at once would only share the same limits of AWS. */
    private static final ISchedulingRule ONE_AT_A_TIME = new ISchedulingRule() {
        @Override
        public boolean contains(ISchedulingRule rule) {
            return rule == this;
        }

        @Override
        public boolean isConflicting(ISchedulingRule rule) {
            return rule == this;
        }
    };

    private final LateService<EstateScanner> scanner = new LateService<>("scanner");
    private final LateService<Profiles> profiles = new LateService<>("reader of AWS profiles");
    private final AtomicInteger running = new AtomicInteger();
    private final EventAdmin events;

    @Activate
    public Scans(@Reference EventAdmin events) {
        this.events = events;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindScanner(ComponentServiceObjects<EstateScanner> objects) {
        scanner.bind(objects);
    }

    void unbindScanner(ComponentServiceObjects<EstateScanner> objects) {
        scanner.unbind(objects);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProfiles(ComponentServiceObjects<Profiles> objects) {
        profiles.bind(objects);
    }

    void unbindProfiles(ComponentServiceObjects<Profiles> objects) {
        profiles.unbind(objects);
    }

    /** Blocks. */
    Choices choices() throws AwsException, MissingServiceException {
        return new Choices(profiles.get().list(), scanner.get().services());
    }

    /** Starts a scan. @param end hears how it went, in the scan's thread */
    void start(ScanRequest request, Consumer<Outcome<ScanResult>> end) {
        start(monitor -> scanner.get().scan(request, listener(monitor)), end);
    }

    /**
     * Starts a scan of all that the profiles of this machine reach.
     *
     * @param regions empty for all
     * @param end hears how it went, in the scan's thread
     */
    void startAll(List<String> regions, Consumer<Outcome<ScanResult>> end) {
        start(monitor -> {
            var all = profiles.get().list().stream().map(AwsProfile::name).toList();
            return scanner.get().scan(new ScanRequest(all, regions, List.of(), List.of(), true, Transport.AUTO), listener(monitor));
        }, end);
    }

    /** Whether a scan runs or waits to run. */
    boolean running() {
        return running.get() > 0;
    }

    /** Shows the progress, and from time to time what was stored until then. */
    private ScanListener listener(IProgressMonitor monitor) {
        var bar = new ScanProgressMonitor(monitor);
        var nextLook = new AtomicLong(System.nanoTime() + LOOK_EVERY.toNanos());
        return progress -> {
            bar.progress(progress);
            var now = System.nanoTime();
            var due = nextLook.get();
            if (progress.upserted() > 0 && now - due > 0 && nextLook.compareAndSet(due, now + LOOK_EVERY.toNanos())) {
                estateChanged();
            }
        };
    }

    private void estateChanged() {
        events.postEvent(new Event(Topics.ESTATE_CHANGED, Map.of()));
    }

    private void start(Task.Work<ScanResult> scan, Consumer<Outcome<ScanResult>> end) {
        var task = Task.<ScanResult>interruptible("Scanning AWS accounts", scan, outcome -> {
            running.decrementAndGet();
            // a cancelled scan has stored something too
            estateChanged();
            end.accept(outcome);
        });
        running.incrementAndGet();
        estateChanged();
        task.setRule(ONE_AT_A_TIME);
        task.schedule();
    }
}
