package cloudops.ui.explorer.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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
        start(monitor -> scanner.get().scan(request, new ScanProgressMonitor(monitor)), end);
    }

    /** Starts a scan of all that the profiles of this machine reach. @param regions empty for all @param end hears how it went, in the scan's thread */
    void startAll(List<String> regions, Consumer<Outcome<ScanResult>> end) {
        start(monitor -> {
            var all = profiles.get().list().stream().map(AwsProfile::name).toList();
            return scanner.get().scan(new ScanRequest(all, regions, List.of(), List.of(), true, Transport.AUTO),
                    new ScanProgressMonitor(monitor));
        }, end);
    }

    private void start(Task.Work<ScanResult> scan, Consumer<Outcome<ScanResult>> end) {
        var task = Task.<ScanResult>interruptible("Scanning AWS accounts", scan, outcome -> {
            // a cancelled scan has stored something too
            events.postEvent(new Event(Topics.ESTATE_CHANGED, Map.of()));
            end.accept(outcome);
        });
        task.setRule(ONE_AT_A_TIME);
        task.schedule();
    }
}
