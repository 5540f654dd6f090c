package cloudops.scanner.internal;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    private final int accounts;
    private final Queue<ScopeTally> scopes = new ConcurrentLinkedQueue<>();
    private final Queue<Scope> unnamed = new ConcurrentLinkedQueue<>();
    /** By profile. */
    private final Map<String, Part> parts = new ConcurrentHashMap<>();

    /** What is done of an account. */
    private record Part(int done, int total) {

        Part plus(Part more) {
            return new Part(done + more.done, total + more.total);
        }
    }

    /** @param accounts so many will be scanned */
    ScanTally(ScanListener listener, int accounts) {
        this.listener = listener;
        this.accounts = accounts;
    }

    /** A scope that will be scanned. */
    ScopeTally expect(Account account, String region, Selection.Target target) {
        var tally = new ScopeTally(account, region, target.scanner().serviceName(), target.type().name());
        scopes.add(tally);
        parts.merge(account.profile(), new Part(0, 1), Part::plus);
        return tally;
    }

    /** Scopes that cannot be told apart, because what would name them failed; names that are not known are null. */
    void failed(String accountName, String region, String service, String resourceType, ScanError error) {
        unnamed.add(new Scope(error.accountId(), accountName, region, service, resourceType, ScopeStatus.FAILED, 0, List.of(error)));
    }

    void moved(ScopeTally scope) {
        tell(scope.scope());
    }

    void finished(ScopeTally scope) {
        scope.finished();
        parts.merge(scope.profile(), new Part(1, 0), Part::plus);
        tell(scope.scope());
    }

    /** Nothing more happens in the account. */
    void accountDone(String profile) {
        parts.merge(profile, new Part(0, 0), (part, none) -> new Part(part.total, part.total));
    }

    List<ScopeTally> scopes() {
        return List.copyOf(scopes);
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
            listener.progress(new ScanProgress(scope, parts.values().stream().mapToInt(Part::done).sum(), scopes.size(),
                    sum(ScopeTally::discoveredCount), sum(ScopeTally::upserted), percentage()));
        } catch (RuntimeException e) {
            LOG.warn("a listener of the scan failed", e);
        }
    }

    /** Each account counts the same: how many scopes one has is known when it is its turn. */
    private int percentage() {
        double done = parts.values().stream().mapToDouble(part -> part.total == 0 ? 1 : (double) part.done / part.total).sum();
        return (int) Math.floor(100 * done / accounts + 1e-9);
    }

    private int sum(ToIntFunction<ScopeTally> count) {
        return scopes.stream().mapToInt(count).sum();
    }

    private static Comparator<Scope> by(Function<Scope, String> name) {
        return comparing(name, nullsFirst(naturalOrder()));
    }
}
