package cloudops.scanner.internal;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsCaller;
import cloudops.aws.Profiles;
import cloudops.embedding.Embedder;
import cloudops.iam.PermissionDiscovery;
import cloudops.model.Environment;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.storage.EstateStorage;
import cloudops.storage.HomeCache;

/**
 * Scans with all scanners that are registered when a scan begins; one that goes away meanwhile is used to the scan's end. Where two are for
 * the same service, the one that came last is used.
 */
@Component
public final class PipelineScanner implements EstateScanner {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineScanner.class);

    private final Services services;
    private final ScanLock lock;
    private final ScanJournal journal;
    private final List<ServiceScanner> scanners = new CopyOnWriteArrayList<>();

    /** Null when the settings say nothing of scans. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile ScanSettings settings;

    @Activate
    public PipelineScanner(@Reference Environment environment, @Reference AwsCaller aws, @Reference Profiles profiles,
            @Reference PermissionDiscovery permissions, @Reference Embedder embedder, @Reference EstateStorage storage,
            @Reference HomeCache cache) {
        services = new Services(aws, profiles, permissions, embedder, storage, cache);
        lock = new ScanLock(environment.home(), "scan.lock");
        journal = new ScanJournal(environment.home());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addScanner(ServiceScanner scanner) {
        scanners.add(scanner);
    }

    public void removeScanner(ServiceScanner scanner) {
        scanners.remove(scanner);
    }

    @Override
    public List<String> services() {
        return List.copyOf(byService().keySet());
    }

    @Override
    public List<ServiceScanner> scanners() {
        return List.copyOf(byService().values());
    }

    private Map<String, ServiceScanner> byService() {
        return scanners.stream().collect(toMap(ServiceScanner::serviceName, scanner -> scanner, (former, latter) -> latter, TreeMap::new));
    }

    @Override
    public ScanResult scan(ScanRequest request, ScanListener listener) throws InterruptedException {
        var start = System.nanoTime();
        var profiles = new LinkedHashSet<>(request.profiles());
        var tally = new ScanTally(listener, profiles.size());
        var limits = limits(tally);
        if (limits.isPresent()) {
            try (var alone = lock.hold(listener::waiting)) {
                scan(request, profiles, limits.get(), tally);
            } catch (IOException e) {
                fail(tally, Category.STORAGE, "Io", "the home cannot be locked for a scan: " + e);
            }
        }
        var result = tally.result(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        LOG.info("scan done: incremental={} discovered={} upserted={} unchanged={} deleted={} errors={} ms={}", request.incremental(), result.discovered(), result.upserted(),
                result.unchanged(), result.deleted(), result.errors().size(), result.durationMs());
        return result;
    }

    /** Empty after telling the tally that the settings make no sense. */
    private Optional<Limits> limits(ScanTally tally) {
        var configured = settings;
        try {
            return Optional.of(configured == null ? Limits.DEFAULT : configured.limits());
        } catch (IllegalArgumentException e) {
            fail(tally, Category.EXECUTION, "InvalidSettings", e.getMessage());
            return Optional.empty();
        }
    }

    private static void fail(ScanTally tally, Category category, String code, String message) {
        tally.failed(null, null, null, null, new ScanError(category, code, message, null, null, null, false));
    }

    private void scan(ScanRequest request, Collection<String> profiles, Limits limits, ScanTally tally) throws InterruptedException {
        var run = new Run(request, Instant.now().truncatedTo(ChronoUnit.MILLIS), services, limits, tally);
        var selection = Selection.of(request, byService());
        selection.errors().forEach(error -> tally.failed(null, null, error.service(), null, error));
        try {
            if (!selection.targets().isEmpty()) {
                scan(AccountScan.byAccount(run, profiles, selection.targets()), limits, tally);
            }
        } finally {
            Stored.uninterruptedly(() -> journal.scanned(run));
        }
    }

    /** Profiles of one account one after the other, as the last is what stays. */
    private static void scan(Collection<List<AccountScan>> accounts, Limits limits, ScanTally tally) throws InterruptedException {
        Fanout.forEach(accounts, new Semaphore(limits.accounts()), account -> {
            for (var scan : account) {
                scan.scan();
                tally.accountDone(scan.account().profile());
            }
        });
    }
}
