package cloudops.scanner.internal;

import static cloudops.scanner.spi.ScanException.Category.PARSING;
import static cloudops.scanner.spi.ScanException.Category.STORAGE;
import static java.util.stream.Collectors.toSet;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.ResourceKey;
import cloudops.scanner.internal.Selection.Target;
import cloudops.scanner.spi.ScanException;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;

/** Scans one scope: lists a type in an account and region, hands it through the {@link Enrichment} and removes what is stale. */
final class ScopeScan {

    private static final Logger LOG = LoggerFactory.getLogger(ScopeScan.class);

    private final Run run;
    private final Target target;
    private final Account account;
    private final CallContext context;
    private final ScopeTally tally;

    /** @param region the region to ask, also for a global type */
    ScopeScan(Run run, Account account, String region, Target target, ScopeTally tally) {
        this.run = run;
        this.target = target;
        this.account = account;
        this.tally = tally;
        this.context = new CallContext(account, region, run.startedAt(), run.services().aws(), run.request().transport(), tally::lost, tally::cut);
    }

    void scan() throws InterruptedException {
        // What is stored is asked before AWS is: a resource that another scan stores meanwhile is then never taken for a stale one.
        Set<ResourceKey> missing = ConcurrentHashMap.newKeySet();
        if (run.request().cleanupStale()) {
            missing.addAll(stored());
        }
        var memory = ScopeMemory.open(run.services().cache(), account, tally.region(), target, run.request().incremental());
        var enrichment = new Enrichment(run, target, context, new Permissions(run, account, target, tally), memory, tally, missing::remove);
        try (var batches = new Batches(run.batches(), batch -> {
            enrichment.run(batch);
            run.tally().moved(tally);
        })) {
            list(batches);
            batches.finish();
        } finally {
            Stored.uninterruptedly(memory::save);
        }
        if (tally.isCut()) {
            throw new InterruptedException("a call was interrupted, and the scanner hid it");
        }
        if (tally.whole() && !missing.isEmpty()) {
            remove(missing);
        }
        run.tally().finished(tally);
        LOG.debug("scanned {} {} {}", account.id(), context.region(), target.type().name());
    }

    private void list(Batches batches) throws InterruptedException {
        try {
            target.scanner().discover(target.type(), context, raw -> {
                tally.discovered();
                batches.accept(raw);
            });
        } catch (ScanException e) {
            tally.listingFailed(e.category(), e.code(), e.retryable(), e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            if (e instanceof CancellationException || Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.warn("the scanner of {} failed: {}", target.type().name(), e.getClass().getName());
            LOG.debug("the scanner of {} failed", target.type().name(), e);
            tally.listingFailed(PARSING, "ScannerFailed", false, "the scanner of " + target.type().name() + " failed: " + e);
        }
    }

    /** Keys of this scope in the estate; for a global type those of all regions. */
    private Set<ResourceKey> stored() {
        var regions = target.type().global() ? List.<String>of() : List.of(context.region());
        var filter = new ResourceFilter(List.of(account.id()), regions, List.of(), List.of(target.type().name()), List.of(), Map.of());
        try {
            // An account may be called by the ID of another, and the filter takes both.
            return Stored.uninterrupted(() -> run.services().storage().keys(filter)).stream()
                    .filter(key -> key.accountId().equals(account.id())).collect(toSet());
        } catch (StorageException e) {
            tally.lost(STORAGE, AwsErrors.camel(e.problem()), false, "what is stale is not known: " + e.getMessage());
            return Set.of();
        }
    }

    private void remove(Set<ResourceKey> stale) {
        try {
            tally.deleted(Stored.uninterrupted(() -> run.services().storage().delete(new HashSet<>(stale))));
        } catch (StorageException e) {
            tally.lost(STORAGE, AwsErrors.camel(e.problem()), false, stale.size() + " stale resources were not removed: " + e.getMessage());
        }
    }
}
