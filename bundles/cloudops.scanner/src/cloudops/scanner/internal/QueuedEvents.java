package cloudops.scanner.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsException;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.internal.ChangedScopes.Change;
import cloudops.scanner.internal.ChangedScopes.Place;
import cloudops.scanner.internal.EventQueue.Message;
import cloudops.scanner.internal.SyncLoop.Events;

/**
 * Hears of changes from a queue of EventBridge events. What comes in a burst becomes one scan for each account and region. A message is deleted when
 * what it names was scanned; one that nothing can be done with, when it came so often that somebody else might have done something with it.
 */
final class QueuedEvents implements Events {

    private static final Logger LOG = LoggerFactory.getLogger(QueuedEvents.class);

    /** A message that came so often is deleted, whatever is in it. */
    static final int RECEIVES = 5;

    /** Messages that follow each other within this time are of a burst, */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    /** which is cut after this time, */
    private static final Duration LONGEST_BURST = Duration.ofSeconds(15);

    /** or so many messages. */
    private static final int LARGEST_BURST = 1_000;

    /** After the queue could not be read. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final EventQueue queue;
    private final ChangedScopes scopes;
    private final SyncListener listener;
    private boolean failing;

    QueuedEvents(EventQueue queue, ChangedScopes scopes, SyncListener listener) {
        this.queue = queue;
        this.scopes = scopes;
        this.listener = listener;
    }

    @Override
    public Changes await(Duration atMost) throws InterruptedException {
        var burst = new ArrayList<Message>();
        try {
            long end = 0;
            for (var more = queue.receive(atMost); !more.isEmpty(); more = queue.receive(SETTLED)) {
                burst.addAll(more);
                end = end == 0 ? System.nanoTime() + LONGEST_BURST.toNanos() : end;
                if (burst.size() >= LARGEST_BURST || System.nanoTime() - end > 0) {
                    break;
                }
            }
            failing = false;
        } catch (AwsException e) {
            failed(e);
            if (burst.isEmpty()) {
                new Semaphore(0).tryAcquire(Math.min(atMost.toMillis(), PAUSE.toMillis()), TimeUnit.MILLISECONDS);
            }
        }
        return burst.isEmpty() ? Changes.NONE : sorted(burst);
    }

    private Changes sorted(List<Message> burst) throws InterruptedException {
        var found = new Found();
        var done = new ArrayList<Message>();
        // a burst is mostly about one thing, and to find out of which account it is may take a call to AWS
        var changes = new HashMap<ChangeEvent, Optional<Change>>();
        for (var message : burst) {
            var event = ChangeEvent.parse(message.body());
            if (event.isPresent() && event.get().read()) {
                done.add(message);
                continue;
            }
            if (event.isPresent() && !changes.containsKey(event.get())) {
                changes.put(event.get(), scopes.of(event.get()));
            }
            var change = event.flatMap(changes::get);
            if (change.isPresent()) {
                found.services.computeIfAbsent(change.get().place(), place -> new TreeSet<>()).addAll(change.get().services());
                found.messages.computeIfAbsent(change.get().place(), place -> new ArrayList<>()).add(message);
            } else {
                giveUp(message, event.isPresent() ? "it is of nothing that is scanned" : "it is no event of AWS", done);
            }
        }
        LOG.debug("events messages={} places={}", burst.size(), found.services.size());
        delete(done);
        return found;
    }

    /** After the last try. */
    private static void giveUp(Message message, String why, List<Message> done) {
        if (message.receives() >= RECEIVES) {
            LOG.warn("a message of the queue is deleted: {} receives={}", why, message.receives());
            done.add(message);
        }
    }

    private void delete(List<Message> messages) throws InterruptedException {
        try {
            if (!messages.isEmpty()) {
                queue.delete(messages);
            }
        } catch (AwsException e) {
            failed(e);
        }
    }

    private void failed(AwsException e) {
        if (!failing) {
            failing = true;
            LOG.warn("the queue of events failed problem={} code={}", e.problem(), e.code());
            listener.problem("the queue of events: " + e.getMessage());
        }
    }

    /** What a burst of messages is about. */
    private final class Found implements Changes {

        private final Map<Place, Set<String>> services = new LinkedHashMap<>();
        private final Map<Place, List<Message>> messages = new LinkedHashMap<>();

        @Override
        public List<ScanRequest> scans() {
            return services.entrySet().stream().map(each -> scopes.scan(each.getKey(), each.getValue())).toList();
        }

        @Override
        public void scanned(ScanRequest scan, ScanResult result) throws InterruptedException {
            var ofScan = messages.get(new Place(scan.profiles().getFirst(), scan.regions().getFirst()));
            if (result.scopes().stream().noneMatch(scope -> scope.status() == ScopeStatus.FAILED)) {
                delete(ofScan);
            } else {
                var done = new ArrayList<Message>();
                ofScan.forEach(message -> giveUp(message, "what it names could not be scanned", done));
                delete(done);
            }
        }
    }
}
