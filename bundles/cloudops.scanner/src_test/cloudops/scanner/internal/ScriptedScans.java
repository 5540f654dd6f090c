package cloudops.scanner.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.spi.ServiceScanner;

/** Scans that only say how they went. */
class ScriptedScans implements EstateScanner {

    final List<ScanRequest> requests = new ArrayList<>();
    final List<ServiceScanner> scanners = new ArrayList<>();
    Function<ScanRequest, ScanResult> outcome = request -> result(ScopeStatus.COMPLETE);

    static ScanResult result(ScopeStatus... statuses) {
        var scopes = new ArrayList<Scope>();
        for (var status : statuses) {
            scopes.add(new Scope("111111111111", "production", "us-east-1", "car", "car_thing", status, 1, List.of()));
        }
        return new ScanResult(1, 0, 1, 0, 5, Map.of("car", 1), scopes, List.of());
    }

    @Override
    public ScanResult scan(ScanRequest request, ScanListener listener) throws InterruptedException {
        requests.add(request);
        return outcome.apply(request);
    }

    @Override
    public List<String> services() {
        return scanners.stream().map(ServiceScanner::serviceName).toList();
    }

    @Override
    public List<ServiceScanner> scanners() {
        return scanners;
    }
}
