package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException.Problem;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceKey;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ServiceStatus;
import cloudops.scanner.ServiceStatus.Scopes;
import cloudops.scanner.spi.ScanContext;
import cloudops.storage.StorageException;

/** How a scan goes that nothing hinders. */
@Timeout(30)
class PipelineScannerTest extends Scans {

    @Test
    void storesWhatAwsHasWithPermissionsConstraintsAndVector() throws Exception {
        aws.has("car", REGION, "a");

        var result = scan(scanner(new TestScanner("car")), request("car"));

        assertThat(result.complete()).isTrue();
        assertThat(result.errors()).isEmpty();
        assertThat(result.scopes()).containsExactly(
                new Scope(ACCOUNT, "production", REGION, "car", "car_thing", COMPLETE, 1, List.of()));
        assertThat(result.byService()).isEqualTo(Map.of("car", 1));
        assertThat(List.of(result.discovered(), result.upserted(), result.unchanged(), result.deleted())).isEqualTo(List.of(1, 1, 0, 0));
        var stored = estate.stored.get(new ResourceKey(ACCOUNT, REGION, "car_thing", "a"));
        assertThat(stored.vector()).hasSize(384);
        assertThat(stored.resource().arn()).isEqualTo("arn:aws:car:us-east-1:111111111111:a");
        assertThat(stored.resource().accountName()).isEqualTo("production");
        assertThat(stored.resource().iam().allowedActions()).containsExactly("car:Stop");
        assertThat(stored.resource().constraints().canStop()).isTrue();
    }

    @Test
    void unchangedResourcesAreNeitherEmbeddedNorWritten() throws Exception {
        aws.has("car", REGION, "a", "b");
        var scanner = scanner(new TestScanner("car"));
        scan(scanner, request("car"));
        var before = Map.copyOf(estate.stored);
        embedded.clear();
        aws.has("car", REGION, "a", "b", "c");

        var result = scan(scanner, request("car"));

        assertThat(List.of(result.discovered(), result.upserted(), result.unchanged(), result.deleted())).isEqualTo(List.of(3, 1, 2, 0));
        assertThat(embedded).hasSize(1).first().asString().contains("c");
        assertThat(estate.stored).containsAllEntriesOf(before);
    }

    @Test
    void largeScopeGoesThroughInBatchesWhileTheListingWaits() throws Exception {
        var handed = new AtomicInteger();
        var inFlight = new AtomicInteger();
        var most = new AtomicInteger();
        estate = new TestEstate() {
            @Override
            public UpsertResult upsert(List<Embedded> resources) throws StorageException {
                inFlight.addAndGet(-resources.size());
                return super.upsert(resources);
            }
        };
        var endless = new TestScanner("car") {
            @Override
            public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) {
                for (var id : ids(5000)) {
                    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    handed.incrementAndGet();
                    sink.accept(new RawResource(type.name(), JsonNodeFactory.instance.objectNode().put("Id", id)));
                }
            }
        };

        var result = scan(scanner(endless), request());

        assertThat(result.upserted()).isEqualTo(5000);
        assertThat(result.complete()).isTrue();
        assertThat(estate.stored).hasSize(5000);
        assertThat(estate.largestBatch).hasValue(Limits.BATCH);
        assertThat(handed).hasValue(5000);
        assertThat(most.get()).isLessThanOrEqualTo((Limits.BATCHES + 1) * Limits.BATCH);
    }

    @Test
    void resourcesAreDescribedAtTheSameTimeButNeverMoreThanTheLimit() throws Exception {
        aws.has("car", REGION, ids(250));
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var together = new CountDownLatch(20);
        var scanner = new TestScanner("car") {
            @Override
            public RawResource describe(RawResource raw, ScanContext context) throws InterruptedException {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                together.countDown();
                assertThat(together.await(10, TimeUnit.SECONDS)).as("20 at once").isTrue();
                now.decrementAndGet();
                return raw;
            }
        };

        assertThat(scan(scanner(scanner), request()).upserted()).isEqualTo(250);
        assertThat(most.get()).isBetween(20, Limits.DEFAULT.resources());
    }

    @Test
    void progressCountsUpToTheResult() throws Exception {
        aws.has("car", REGION, ids(250));
        aws.has("ship", REGION, "s");
        var heard = new ConcurrentLinkedQueue<ScanProgress>();

        var result = scanner(new TestScanner("car"), new TestScanner("ship")).scan(request(), heard::add);

        var last = heard.stream().max(Comparator.comparingInt(ScanProgress::scopesDone)).orElseThrow();
        assertThat(last.scopesDone()).isEqualTo(2);
        assertThat(last.scopesTotal()).isEqualTo(2);
        assertThat(last.discovered()).isEqualTo(result.discovered()).isEqualTo(251);
        assertThat(last.upserted()).isEqualTo(251);
        assertThat(heard.stream().filter(each -> each.scope().service().equals("car"))).hasSize(4);
    }

    @Test
    void thePercentageGoesUpToHundredOverAllAccounts() throws Exception {
        aws.accounts.put("staging", "222222222222");
        var heard = new ConcurrentLinkedQueue<Integer>();
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        scanner.settings = new ScanSettings(new TestConfig(1, 1, 1, 100, 50, "1h"));

        scanner.scan(new ScanRequest(List.of("nobody", "production", "staging"), List.of(), List.of(), List.of(), true, Transport.AUTO),
                progress -> heard.add(progress.percentage()));

        assertThat(List.copyOf(heard)).isSorted().startsWith(41).contains(66).endsWith(100);
    }

    @Test
    void theJournalSaysOfEachServiceHowItsLastScanWent() throws Exception {
        aws.has("car", REGION, ids(4));
        aws.fails("ship", REGION, Problem.THROTTLED, "Throttling");
        permissions = (actions, arn) -> arn.endsWith("3") ? IamPermissions.unknown(actions, USER, "IAM cannot be reached")
                : new IamPermissions(actions, List.of(), List.of(), USER, PermissionSource.SIMULATED, null, null);
        scan(scanner(new TestScanner("car"), new TestScanner("ship")), request());

        var services = new ScanJournal(home).services();

        assertThat(services).extracting(ServiceStatus::service).containsExactly("car", "ship");
        var car = services.getFirst();
        assertThat(car.lastSync()).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(List.of(car.discovered(), car.upserted(), car.unchanged(), car.deleted())).isEqualTo(List.of(4, 4, 0, 0));
        assertThat(car.errors()).isEqualTo(Map.of("PermissionsUnknown", 1));
        assertThat(car.scopes()).isEqualTo(new Scopes(0, 1, 0));
        assertThat(car.permissionSuccessRate()).isEqualTo(0.75);
        assertThat(car.incremental()).isFalse();
        assertThat(services.getLast().errors()).isEqualTo(Map.of("Throttled", 1));
        assertThat(services.getLast().permissionSuccessRate()).isNull();
        assertThat(Files.readString(home.resolve("sync/services.json"))).doesNotContain("thing-0").doesNotContain(ACCOUNT).doesNotContain(REGION)
                .doesNotContain("production");

        Files.writeString(home.resolve("sync/services.json"), "[{\"service\": ");
        assertThat(new ScanJournal(home).services()).isEmpty();
        scan(scanner(new TestScanner("car")), request());
        assertThat(new ScanJournal(home).services()).extracting(ServiceStatus::service).containsExactly("car");
    }
}
