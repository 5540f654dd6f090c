package cloudops.scanner.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.ServiceStatus;
import cloudops.scanner.ServiceStatus.Scopes;

/** Writes down how the last scan of each service went; one that was cancelled counts as far as it came. */
final class ScanJournal {

    private static final Logger LOG = LoggerFactory.getLogger(ScanJournal.class);

    private final SyncFiles files;

    ScanJournal(Path home) {
        files = new SyncFiles(home);
    }

    List<ServiceStatus> services() throws IOException {
        return files.services();
    }

    void scanned(Run run) {
        var scopes = new TreeMap<String, List<ScopeTally>>();
        run.tally().scopes().forEach(scope -> scopes.computeIfAbsent(scope.service(), service -> new ArrayList<>()).add(scope));
        if (scopes.isEmpty()) {
            return;
        }
        try {
            var all = new TreeMap<String, ServiceStatus>();
            files.services().forEach(status -> all.put(status.service(), status));
            scopes.forEach((service, of) -> all.put(service, status(run, service, of, all.get(service))));
            files.services(List.copyOf(all.values()));
        } catch (IOException e) {
            LOG.warn("how the scan went could not be written down: {}", e.toString());
        }
    }

    private static ServiceStatus status(Run run, String service, List<ScopeTally> scopes, ServiceStatus former) {
        var statuses = new EnumMap<ScopeStatus, Integer>(ScopeStatus.class);
        var errors = new TreeMap<String, Integer>();
        for (var tally : scopes) {
            statuses.merge(tally.scope().status(), 1, Integer::sum);
            tally.errorCounts().forEach((code, count) -> errors.merge(code, count, Integer::sum));
        }
        int asked = sum(scopes, ScopeTally::permissionsAsked);
        var rate = asked > 0 ? (Double) ((double) sum(scopes, ScopeTally::permissionsKnown) / asked)
                : former == null ? null : former.permissionSuccessRate();
        return new ServiceStatus(service, run.startedAt(), run.request().incremental(), new Scopes(count(statuses, ScopeStatus.COMPLETE), count(statuses, ScopeStatus.PARTIAL), count(statuses, ScopeStatus.FAILED)),
                sum(scopes, ScopeTally::discoveredCount),
                sum(scopes, ScopeTally::upserted), sum(scopes, ScopeTally::unchanged), sum(scopes, ScopeTally::deleted), errors, rate);
    }

    private static int count(Map<ScopeStatus, Integer> statuses, ScopeStatus status) {
        return statuses.getOrDefault(status, 0);
    }

    private static int sum(Collection<ScopeTally> scopes, ToIntFunction<ScopeTally> count) {
        return scopes.stream().mapToInt(count).sum();
    }
}
