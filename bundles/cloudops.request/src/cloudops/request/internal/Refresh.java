package cloudops.request.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.Profiles;
import cloudops.model.AwsResource;
import cloudops.model.UserContext;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.storage.EstateStorage;
import cloudops.storage.StorageException;

/** Looks again at what a plan touched. */
final class Refresh {

    private final EstateStorage storage;
    private final EstateScanner scanner;
    private final Profiles profiles;

    Refresh(EstateStorage storage, EstateScanner scanner, Profiles profiles) {
        this.storage = storage;
        this.scanner = scanner;
        this.profiles = profiles;
    }

    /** Regions of one type in one account, as the user whose permissions are known: one scan. */
    private record Scan(String accountId, UserContext user, String service, String type) {
    }

    List<AwsResource> of(List<AwsResource> touched) throws RequestException, InterruptedException {
        var regions = new LinkedHashMap<Scan, Set<String>>();
        for (var resource : touched) {
            var scan = new Scan(resource.accountId(), resource.iam().userContext(), resource.service(), resource.resourceType());
            regions.computeIfAbsent(scan, any -> new LinkedHashSet<>()).add(resource.region());
        }
        for (var entry : regions.entrySet()) {
            scan(entry.getKey(), List.copyOf(entry.getValue()));
        }
        var now = new ArrayList<AwsResource>();
        try {
            for (var resource : touched) {
                storage.get(resource.key()).ifPresent(now::add);
            }
        } catch (StorageException e) {
            throw new RequestException(Problem.STORAGE, "the new state could not be read: " + e.getMessage(), e);
        }
        return List.copyOf(now);
    }

    private void scan(Scan scan, List<String> regions) throws RequestException, InterruptedException {
        String profile;
        try {
            profile = profiles.profileOf(scan.accountId(), scan.user());
        } catch (AwsException e) {
            throw new RequestException(Problem.NO_PROFILE, e.getMessage(), e);
        }
        var result = scanner.scan(new ScanRequest(List.of(profile), regions, List.of(scan.service()), List.of(scan.type()), true,
                Transport.AUTO), ScanListener.NONE);
        if (!result.complete() || !result.errors().isEmpty()) {
            throw new RequestException(Problem.EXECUTION, "the new state of " + scan.type() + " in " + String.join(", ", regions)
                    + " could not be scanned to its end: "
                    + result.errors().stream().map(error -> error.code() + ": " + error.message()).findFirst().orElse("scope is not complete"),
                    null);
        }
    }
}
