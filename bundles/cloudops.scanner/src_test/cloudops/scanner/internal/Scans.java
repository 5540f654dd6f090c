package cloudops.scanner.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.CallerIdentity;
import cloudops.embedding.Embedder;
import cloudops.iam.PermissionDiscovery;
import cloudops.model.Environment;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.UserContext;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;

/** Scans with doubles of all services, in a home of their own. */
abstract class Scans {

    static final String ACCOUNT = "111111111111";
    static final String REGION = "us-east-1";
    static final UserContext USER = new UserContext("scanner", null, null);

    @TempDir
    Path home;

    final TestAws aws = new TestAws();
    final TestCache cache = new TestCache();
    final Queue<String> embedded = new ConcurrentLinkedQueue<>();
    /** ARNs whose permissions were asked for. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    TestEstate estate = new TestEstate();
    Embedder embedder = texts -> {
        embedded.addAll(texts);
        return texts.stream().map(text -> new float[Embedder.DIMENSIONS]).toList();
    };
    Permissions permissions = (actions, arn) -> new IamPermissions(actions, List.of(), List.of(), USER, PermissionSource.SIMULATED, null,
            Map.of());

    /** What a principal may do to a resource. */
    interface Permissions {
        IamPermissions of(List<String> actions, String arn);
    }

    final PipelineScanner scanner(TestScanner... scanners) {
        var discovery = new PermissionDiscovery() {
            @Override
            public Map<String, IamPermissions> discover(String profile, CallerIdentity identity, List<String> actions, List<String> arns) {
                asked.addAll(arns);
                return arns.stream().collect(Collectors.toMap(arn -> arn, arn -> permissions.of(actions, arn)));
            }

            @Override
            public void forget(String profile) {
                throw new UnsupportedOperationException();
            }
        };
        var scanner = new PipelineScanner(environment(), aws, aws, discovery, texts -> embedder.embed(texts), estate, cache);
        Arrays.stream(scanners).forEach(scanner::addScanner);
        return scanner;
    }

    final Environment environment() {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    static ScanRequest request(String... services) {
        return new ScanRequest(List.of("production"), List.of(REGION), List.of(services), List.of(), true, Transport.AUTO);
    }

    static ScanResult scan(PipelineScanner scanner, ScanRequest request) throws InterruptedException {
        return scanner.scan(request, ScanListener.NONE);
    }

    static String[] ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "thing-%05d".formatted(i)).toArray(String[]::new);
    }
}
