package cloudops.ui.tests;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import cloudops.aws.AwsException;
import cloudops.aws.AwsProfile;
import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;
import cloudops.model.AwsResource;
import cloudops.model.UserContext;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner;

/** Finds what the test says, and two profiles. */
final class ScriptedScanner implements EstateScanner, Profiles {

    private final MemoryEstate estate;
    private final List<ScanRequest> requests = new CopyOnWriteArrayList<>();
    private volatile List<AwsResource> findings = List.of();
    private volatile List<ScanError> errors = List.of();

    ScriptedScanner(MemoryEstate estate) {
        this.estate = estate;
    }

    void finds(List<AwsResource> resources) {
        findings = resources;
    }

    void failsAt(String service, String region) {
        errors = List.of(new ScanError(Category.AWS_CLI, "AccessDenied", "not allowed to list", Estates.PRODUCTION, region, service, false));
    }

    List<ScanRequest> requests() {
        return requests;
    }

    @Override
    public ScanResult scan(ScanRequest request, ScanListener listener) {
        requests.add(request);
        for (var i = 1; i <= 4; i++) {
            listener.progress(new ScanProgress(null, i, 4, findings.size() * i / 4, 0));
        }
        findings.forEach(estate::put);
        return new ScanResult(findings.size(), findings.size(), 0, 0, 1_200, Map.of(), List.of(), errors);
    }

    @Override
    public List<String> services() {
        return List.of("ec2", "rds", "s3");
    }

    @Override
    public List<ServiceScanner> scanners() {
        return List.of();
    }

    @Override
    public List<AwsProfile> list() {
        return List.of(new AwsProfile("production", "us-west-2", "sso"), new AwsProfile("staging", null, "static"));
    }

    @Override
    public AwsProfile get(String name) {
        return list().getFirst();
    }

    @Override
    public CallerIdentity identity(String name) throws AwsException {
        throw new AwsException(AwsException.Problem.NETWORK, "NETWORK", "there is no AWS here", null);
    }

    @Override
    public String profileOf(String accountId) {
        return accountId.equals(Estates.PRODUCTION) ? "production" : null;
    }

    @Override
    public String profileOf(String accountId, UserContext user) throws AwsException {
        var profile = profileOf(accountId);
        if (profile == null) {
            throw new AwsException(AwsException.Problem.NO_CREDENTIALS, "NO_CREDENTIALS", "no profile for " + accountId, null);
        }
        return profile;
    }
}
