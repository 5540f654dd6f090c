package cloudops.aws.internal;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The services of which a client of the AWS SDK is installed. They may come and go while the program runs. Thread-safe. */
final class SdkServices {

    private record Known(SdkService service, ClientFinder.Found found) {
    }

    private final ClientFinder finder;
    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

    SdkServices(ClientFinder finder) {
        this.finder = finder;
    }

    /** @param service the CLI's name */
    Optional<SdkService> service(String service) {
        var sdkName = ServiceNames.sdkName(service);
        // Absence is not remembered: the bundle may be installed a moment later.
        var entry = known.compute(sdkName, (name, last) -> last != null && last.found.current() ? last
                : finder.find(name).map(found -> new Known(new SdkService(found.client()), found)).orElse(null));
        return Optional.ofNullable(entry).map(Known::service);
    }

    /** @return the operation; empty when its client is not installed or has no such operation without streams */
    Optional<SdkOperation> operation(String service, String operation) {
        return service(service).flatMap(client -> client.operation(operation));
    }
}
