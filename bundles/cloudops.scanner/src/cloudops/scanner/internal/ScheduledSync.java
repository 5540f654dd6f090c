package cloudops.scanner.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

import cloudops.aws.AwsClients;
import cloudops.aws.Profiles;
import cloudops.model.Environment;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateSync;
import cloudops.scanner.ServiceStatus;
import cloudops.scanner.SyncRequest;
import cloudops.scanner.internal.SyncLoop.Events;

/** Synchronises as the section {@code sync} of the settings says. */
@Component
public final class ScheduledSync implements EstateSync {

    private final Environment environment;
    private final EstateScanner scanner;
    private final Profiles profiles;
    private final AwsClients clients;
    /** Two that do the same would scan everything twice, and write over each other's times. */
    private final ScanLock lock;

    /** Null when the settings say nothing of it. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile SyncSettings settings;

    @Activate
    public ScheduledSync(@Reference Environment environment, @Reference EstateScanner scanner, @Reference Profiles profiles,
            @Reference AwsClients clients) {
        this.environment = environment;
        this.scanner = scanner;
        this.profiles = profiles;
        this.clients = clients;
        this.lock = new ScanLock(environment.home(), "sync.lock");
    }

    @Override
    public void run(SyncRequest asked, SyncListener listener) throws InterruptedException {
        var configured = settings;
        var plan = configured == null ? SyncSettings.DEFAULT : configured.plan();
        var request = asked.profiles().isEmpty()
                ? new SyncRequest(plan.profiles(), asked.regions(), asked.services(), asked.cleanupStale(), asked.transport()) : asked;
        if (request.profiles().isEmpty()) {
            throw new IllegalArgumentException("no AWS profile is named, neither here nor in the settings (sync.profiles); "
                    + "try: cloudops sync --profile NAME");
        }
        var loop = new SyncLoop(scanner, request, plan, events(request, plan, listener), new SyncFiles(environment.home()), listener,
                Clock.systemUTC());
        // on a virtual thread, as an interrupt ends a wait for the network only there
        try (var alone = lock.hold(who -> listener.problem("another sync of this home is under way in " + who + "; this one begins when it ends"))) {
            Fanout.forEach(List.of(loop), new Semaphore(1), SyncLoop::run);
        } catch (IOException e) {
            throw new UncheckedIOException("the home cannot be locked to synchronise it", e);
        }
    }

    private Events events(SyncRequest request, SyncSettings.Plan plan, SyncListener listener) {
        if (plan.queue().isEmpty()) {
            return ScheduledSync::pause;
        }
        if (environment.readOnly()) {
            listener.problem("the queue of events is not read: messages would have to be deleted from it, and this is read-only");
            return ScheduledSync::pause;
        }
        var queue = plan.queue().get();
        var profile = queue.profile().isEmpty() ? request.profiles().getFirst() : queue.profile();
        return new QueuedEvents(new SqsQueue(clients, profile, queue.region(), queue.url()), new ChangedScopes(request, scanner, profiles),
                listener);
    }

    private static Events.Changes pause(Duration atMost) throws InterruptedException {
        new Semaphore(0).tryAcquire(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
        return Events.Changes.NONE;
    }

    @Override
    public List<ServiceStatus> status() throws IOException {
        return new ScanJournal(environment.home()).services();
    }
}
