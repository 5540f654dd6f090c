package cloudops.ui.chat.internal;

import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.Profiles;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.storage.EstateStorage;
import cloudops.storage.StorageException;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.chat.internal.Exchange.StateChange;

/** Looks again at what a plan acted on: scans just those places, then reads the resources. */
final class StateRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(StateRefresh.class);

    private final LateService<Profiles> profiles;
    private final LateService<EstateScanner> scanner;
    private final LateService<EstateStorage> storage;

    StateRefresh(LateService<Profiles> profiles, LateService<EstateScanner> scanner, LateService<EstateStorage> storage) {
        this.profiles = profiles;
        this.scanner = scanner;
        this.storage = storage;
    }

    /** Blocks. @param before the resources as they were @return one change a resource, in their order */
    List<StateChange> refresh(List<AwsResource> before) throws StorageException, MissingServiceException, InterruptedException {
        for (var place : before.stream().map(Place::of).distinct().toList()) {
            scan(place);
        }
        var changes = new ArrayList<StateChange>();
        for (var resource : before) {
            var now = storage.get().get(resource.key());
            changes.add(new StateChange(resource.name(), resource.state(), now.map(AwsResource::state).orElse(null), now.isEmpty()));
        }
        return changes;
    }

    private void scan(Place place) throws MissingServiceException, InterruptedException {
        var profile = profiles.get().profileOf(place.account());
        if (profile == null) {
            LOG.info("no rescan after a plan: no profile for its account");
            return;
        }
        scanner.get().scan(new ScanRequest(List.of(profile), List.of(place.region()), List.of(place.service()), List.of(place.type()), true,
                Transport.AUTO), ScanListener.NONE);
    }

    private record Place(String account, String region, String service, String type) {
        static Place of(AwsResource resource) {
            ResourceKey key = resource.key();
            return new Place(key.accountId(), key.region(), resource.service(), key.resourceType());
        }
    }
}
