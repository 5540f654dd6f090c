package cloudops.scanner.internal;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;

/** Adds up the scopes of one scan, tells the listener of their progress and makes the result. Thread-safe. */
final class ScanTally {

    private static final Logger LOG = LoggerFactory.getLogger(ScanTally.class);

    private static final Comparator<Scope> ORDER = by(Scope::accountName).thenComparing(by(Scope::region))
            .thenComparing(by(Scope::service)).thenComparing(by(Scope::resourceType));

    private final ScanListener listener;
    private final Queue<ScopeTally> scopes = new ConcurrentLinkedQueue<>();
    private final Queue<Scope> unnamed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger done = new AtomicInteger();

    ScanTally(ScanListener listener) {
        this.listener = listener;
    }

    /** A scope that will be scanned. */
    ScopeTally expect(Account account, String region, Selection.Target target) {
        var tally = new ScopeTally(account, region, target.scanner().serviceName(), target.type().name());
        scopes.add(tally);
        return tally;
    }

    /** Scopes that cannot be told apart, because what would name them failed; names that are not known are null. */
    void failed(String accountName, String region, String service, String resourceType, ScanError error) {
        unnamed.add(new Scope(error.accountId(), accountName, region, service, resourceType, ScopeStatus.FAILED, 0, List.of(error)));
    }

    void moved(ScopeTally scope) {
        tell(scope.unfinished());
    }

    void finished(ScopeTally scope) {
        done.incrementAndGet();
        tell(scope.scope());
    }

    ScanResult result(long durationMs) {
        var all = Stream.concat(unnamed.stream(), scopes.stream().map(ScopeTally::scope)).sorted(ORDER).toList();
        var byService = new TreeMap<String, Integer>();
        scopes.stream().map(ScopeTally::scope).forEach(scope -> byService.merge(scope.service(), scope.discovered(), Integer::sum));
        var errors = all.stream().flatMap(scope -> scope.errors().stream()).distinct().toList();
        return new ScanResult(sum(ScopeTally::discoveredCount), sum(ScopeTally::upserted), sum(ScopeTally::unchanged),
                sum(ScopeTally::deleted), durationMs, byService, all, errors);
    }

    private void tell(Scope scope) {
        try {
            listener.progress(new ScanProgress(scope, done.get(), scopes.size(), sum(ScopeTally::discoveredCount),
                    sum(ScopeTally::upserted)));
        } catch (RuntimeException e) {
            LOG.warn("a listener of the scan failed", e);
        }
    }

    private int sum(ToIntFunction<ScopeTally> count) {
        return scopes.stream().mapToInt(count).sum();
    }

    private static Comparator<Scope> by(Function<Scope, String> name) {
        return comparing(name, nullsFirst(naturalOrder()));
    }
}
