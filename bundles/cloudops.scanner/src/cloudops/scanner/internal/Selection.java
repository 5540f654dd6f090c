package cloudops.scanner.internal;

import static cloudops.scanner.spi.ScanException.Category.EXECUTION;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * What of a request can be scanned with the scanners there are.
 *
 * @param targets types to scan
 * @param errors what was asked for and is not there
 */
record Selection(List<Target> targets, List<ScanError> errors) {

    private static final Logger LOG = LoggerFactory.getLogger(Selection.class);

    /** A type and who scans it. */
    record Target(ServiceScanner scanner, ResourceType type) {

        /** Of what tells whether a resource has changed; empty when the scanner fails on it: it is then looked at in every scan. */
        Optional<Fingerprint> fingerprint(RawResource listed) {
            try {
                return Optional.of(Fingerprint.of(scanner.lasting(listed)));
            } catch (RuntimeException | LinkageError e) {
                LOG.debug("the scanner of {} does not say what lasts of a resource", type.name(), e);
                return Optional.empty();
            }
        }
    }

    static Selection of(ScanRequest request, Map<String, ServiceScanner> scanners) {
        var errors = new ArrayList<ScanError>();
        var targets = new TreeMap<String, Target>();
        if (scanners.isEmpty()) {
            errors.add(error("NoScanners", "no scanner is installed: nothing can be scanned", null));
        }
        for (var service : all(request.services()) ? scanners.keySet() : new LinkedHashSet<>(request.services())) {
            var scanner = scanners.get(service);
            if (scanner == null) {
                errors.add(error("UnsupportedService", "no scanner for service \"" + service + "\"; there are: "
                        + String.join(", ", scanners.keySet()), service));
                continue;
            }
            try {
                for (var type : scanner.resourceTypes()) {
                    if (type.name().startsWith(service + "_")) {
                        targets.put(type.name(), new Target(scanner, type));
                    } else {
                        // where two scanners listed one type, what the one does not find would be removed of the other as stale
                        errors.add(error("ScannerFailed", "the scanner of \"" + service + "\" has a type that is not called " + service
                                + "_…, and it is not scanned: \"" + type.name() + "\"", service));
                    }
                }
            } catch (RuntimeException | LinkageError e) {
                errors.add(error("ScannerFailed", "the scanner of \"" + service + "\" does not say what it finds: " + e, service));
            }
        }
        return new Selection(narrowed(targets, request, errors), errors);
    }

    private static List<Target> narrowed(Map<String, Target> targets, ScanRequest request, Collection<ScanError> errors) {
        if (request.resourceTypes().isEmpty()) {
            return List.copyOf(targets.values());
        }
        var wanted = new TreeSet<>(request.resourceTypes());
        for (var type : wanted) {
            if (!targets.containsKey(type)) {
                errors.add(error("UnsupportedType", "no scanner for resource type \"" + type + "\" in this scan; there are: "
                        + String.join(", ", targets.keySet()), null));
            }
        }
        return targets.values().stream().filter(target -> wanted.contains(target.type().name())).toList();
    }

    /** Whether names mean everything there is. */
    static boolean all(List<String> names) {
        return names.isEmpty() || names.contains("all");
    }

    private static ScanError error(String code, String message, String service) {
        return new ScanError(EXECUTION, code, message, null, null, service, false);
    }
}
