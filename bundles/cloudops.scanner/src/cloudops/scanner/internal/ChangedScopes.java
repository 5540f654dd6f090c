package cloudops.scanner.internal;

import static java.util.stream.Collectors.toCollection;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsException;
import cloudops.aws.Profiles;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.SyncRequest;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/** Finds what of a request an event is about. */
final class ChangedScopes {

    private static final Logger LOG = LoggerFactory.getLogger(ChangedScopes.class);

    private final SyncRequest request;
    private final EstateScanner scanner;
    private final Profiles profiles;
    /** Account by profile, as far as AWS said it. */
    private final Map<String, String> accounts = new ConcurrentHashMap<>();

    ChangedScopes(SyncRequest request, EstateScanner scanner, Profiles profiles) {
        this.request = request;
        this.scanner = scanner;
        this.profiles = profiles;
    }

    /** Where something has changed. */
    record Place(String profile, String region) {
    }

    /** @param services that may have changed there; not empty */
    record Change(Place place, Set<String> services) {
    }

    /** Empty when the request does not go for it. */
    Optional<Change> of(ChangeEvent event) throws InterruptedException {
        boolean here = Selection.all(request.regions()) || request.regions().contains(event.region());
        var region = here ? event.region() : request.regions().getFirst();
        var services = scanner.scanners().stream().filter(each -> concerns(event, each, here)).map(ServiceScanner::serviceName)
                .filter(service -> Selection.all(request.services()) || request.services().contains(service)).collect(toCollection(TreeSet::new));
        if (services.isEmpty()) {
            return Optional.empty();
        }
        return profile(event.account()).map(profile -> new Change(new Place(profile, region), services));
    }

    /** @param here whether its region is one that is scanned; global types are, whatever region their events name */
    private static boolean concerns(ChangeEvent event, ServiceScanner scanner, boolean here) {
        try {
            return scanner.eventSources().contains(event.source()) && (here || scanner.resourceTypes().stream().anyMatch(ResourceType::global));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("the scanner of {} does not say whose events concern it: {}", scanner.serviceName(), e.toString());
            return false;
        }
    }

    private Optional<String> profile(String account) throws InterruptedException {
        for (var profile : request.profiles()) {
            if (account.equals(account(profile))) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    /** Null when AWS does not say it now. */
    private String account(String profile) throws InterruptedException {
        var known = accounts.get(profile);
        if (known != null) {
            return known;
        }
        try {
            var asked = profiles.identity(profile).accountId();
            accounts.put(profile, asked);
            return asked;
        } catch (AwsException e) {
            LOG.info("the account of a profile is not known problem={}", e.problem());
            return null;
        }
    }

    /** The scan for what has changed in one place. */
    ScanRequest scan(Place place, Set<String> services) {
        return new ScanRequest(List.of(place.profile()), List.of(place.region()), List.copyOf(services), List.of(),
                request.cleanupStale(), request.transport());
    }
}
