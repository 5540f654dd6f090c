package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.FAILED;
import static cloudops.scanner.ScanResult.ScopeStatus.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;

/** What a scan removes, and above all what it does not. */
@Timeout(30)
class StaleResourcesTest extends Scans {

    @Test
    void deniedServiceLeavesTheOthersAndItsStoredResourcesAlone() throws Exception {
        aws.has("car", REGION, "a");
        aws.has("ship", REGION, "s");
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        scan(scanner, request());
        aws.has("car", REGION, "b");
        aws.fails("ship", REGION, Problem.ACCESS_DENIED, "UnauthorizedOperation");

        var result = scan(scanner, request());

        assertThat(result.complete()).isFalse();
        assertThat(result.scopes()).extracting(Scope::service, Scope::status).containsExactly(tuple("car", COMPLETE), tuple("ship", FAILED));
        assertThat(result.errors()).containsExactly(new ScanError(Category.AWS_CLI, "AccessDenied",
                "UnauthorizedOperation when calling list", ACCOUNT, REGION, "ship", false));
        assertThat(result.deleted()).isEqualTo(1);
        assertThat(estate.identifiers()).containsExactly("b", "s");
    }

    @Test
    void emptyAnswerRemovesAllOfThatScopeAndNothingElse() throws Exception {
        aws.accounts.put("staging", "222222222222");
        aws.has("car", REGION, "a", "b");
        aws.has("car", "eu-west-1", "c");
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        var everything = new ScanRequest(List.of("production", "staging"), List.of(), List.of(), List.of(), true, Transport.AUTO);
        scan(scanner, everything);
        assertThat(estate.stored).hasSize(6);
        aws.has("car", REGION);

        var result = scan(scanner, request("car"));

        assertThat(result.deleted()).isEqualTo(2);
        assertThat(estate.stored.keySet()).extracting(ResourceKey::accountId, ResourceKey::region, ResourceKey::identifier)
                .containsExactlyInAnyOrder(tuple(ACCOUNT, "eu-west-1", "c"), tuple("222222222222", "eu-west-1", "c"),
                        tuple("222222222222", REGION, "a"), tuple("222222222222", REGION, "b"));
    }

    @Test
    void withoutCleanupNothingIsRemoved() throws Exception {
        aws.has("car", REGION, "a");
        var scanner = scanner(new TestScanner("car"));
        scan(scanner, request("car"));
        aws.has("car", REGION);

        var result = scan(scanner,
                new ScanRequest(List.of("production"), List.of(REGION), List.of("car"), List.of(), false, Transport.AUTO));

        assertThat(result.deleted()).isZero();
        assertThat(estate.identifiers()).containsExactly("a");
    }

    @Test
    void resourceWithoutIdentifierMakesItsScopePartialAndNothingIsRemoved() throws Exception {
        aws.has("car", REGION, "old");
        var scanner = scanner(new TestScanner("car"));
        scan(scanner, request("car"));
        var broken = TestScanner.things("a", "b");
        ((ObjectNode) broken.path("Things").get(0)).remove("Id");
        aws.answer("car", REGION, call -> broken);

        var result = scan(scanner, request("car"));

        assertThat(result.scopes()).extracting(Scope::status, Scope::discovered).containsExactly(tuple(PARTIAL, 2));
        assertThat(result.errors()).extracting(ScanError::category, ScanError::code, ScanError::message)
                .containsExactly(tuple(Category.PARSING, "Parse", "car_thing: the answer of AWS has no Id"));
        assertThat(estate.identifiers()).containsExactly("b", "old");
    }

    @Test
    void oneResourceGoneSinceItWasListedDoesNotMakeTheScopePartial() throws Exception {
        aws.has("car", REGION, "a");
        scan(scanner(new TestScanner("car")), request());
        var gone = new TestScanner("car") {
            @Override
            public RawResource describe(RawResource raw, ScanContext context) throws ScanException {
                throw new ScanException(Category.AWS_CLI, "NotFound", false, "not there", null);
            }
        };

        var result = scan(scanner(gone), request());

        assertThat(result.complete()).isTrue();
        assertThat(result.deleted()).isEqualTo(1);
        assertThat(estate.stored).isEmpty();
    }

    @Test
    void storeThatDoesNotSayWhatIsStaleKeepsEverything() throws Exception {
        aws.has("car", REGION, "a");
        scan(scanner(new TestScanner("car")), request());
        aws.has("car", REGION, "b");
        var stored = estate.stored;
        estate = new TestEstate() {
            @Override
            public Set<ResourceKey> keys(ResourceFilter filter) throws StorageException {
                throw new StorageException(StorageException.Problem.IO, "unreadable");
            }
        };
        estate.stored.putAll(stored);

        var result = scan(scanner(new TestScanner("car")), request());

        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(estate.identifiers()).containsExactly("a", "b");
    }

    @Test
    void resourceThatAnotherScanStoresMeanwhileIsNotTakenForStale() throws Exception {
        var foreign = new ResourceKey(ACCOUNT, REGION, "car_thing", "stored-meanwhile");
        aws.answer("car", REGION, call -> {
            estate.stored.put(foreign, new Embedded(null, null));
            return TestScanner.things();
        });

        assertThat(scan(scanner(new TestScanner("car")), request()).deleted()).isZero();
        assertThat(estate.stored).containsOnlyKeys(foreign);
    }

    @Test
    void whatIsNotScannedIsNotStale() throws Exception {
        aws.accounts.put("staging", "222222222222");
        aws.has("car", REGION, "a");
        aws.has("car", "eu-west-1", "e");
        aws.has("ship", REGION, "s");
        var everything = new ScanRequest(List.of("production", "staging"), List.of(), List.of(), List.of(), true, Transport.AUTO);
        scan(scanner(new TestScanner("car"), new TestScanner("ship")), everything);
        var all = Set.copyOf(estate.stored.keySet());
        assertThat(all).hasSize(6);

        // a plug-in that was removed; a service, a region, a profile that is not asked for; a profile that is no longer there
        scan(scanner(new TestScanner("car")), everything);
        scan(scanner(new TestScanner("car"), new TestScanner("ship")), request("car"));
        aws.accounts.remove("staging");
        var result = scan(scanner(new TestScanner("car")), everything);

        assertThat(result.errors()).extracting(ScanError::code).containsExactly("UnknownProfile");
        assertThat(estate.stored).containsOnlyKeys(all);
    }

    @Test
    void aProfileThatMayNotListRemovesNothingOfItsAccount() throws Exception {
        aws.accounts.put("auditor", ACCOUNT);
        aws.has("car", REGION, "a", "b");
        var scanner = scanner(new TestScanner("car"));
        scan(scanner, request());
        aws.answer("car", REGION, call -> {
            if (call.profile().equals("auditor")) {
                throw new AwsException(Problem.ACCESS_DENIED, "AccessDenied", "not allowed to list", null);
            }
            return TestScanner.things("a", "c");
        });

        var result = scan(scanner, new ScanRequest(List.of("auditor", "production", "auditor"), List.of(REGION), List.of(), List.of(), true, Transport.AUTO));

        assertThat(result.scopes()).extracting(Scope::accountName, Scope::status).containsExactly(tuple("auditor", FAILED), tuple("production", COMPLETE));
        assertThat(estate.identifiers()).containsExactly("a", "c");
    }

    @Test
    void aTypeThatIsNotTheScannersOwnIsNotScannedAndTakesNothingAway() throws Exception {
        aws.has("car", REGION, "a", "b");
        scan(scanner(new TestScanner("car")), request());
        var intruder = new TestScanner("truck") {
            @Override
            public List<ResourceType> resourceTypes() {
                return List.of(new ResourceType("car_thing", "Car", false), new ResourceType("truck_thing", "Truck", false));
            }
        };

        var result = scan(scanner(new TestScanner("car"), intruder), request());

        assertThat(result.errors()).singleElement().satisfies(error -> {
            assertThat(error.service()).isEqualTo("truck");
            assertThat(error.message()).contains("\"car_thing\"");
        });
        assertThat(result.scopes()).filteredOn(scope -> scope.status() == COMPLETE).extracting(Scope::service, Scope::resourceType)
                .containsExactly(tuple("car", "car_thing"), tuple("truck", "truck_thing"));
        assertThat(estate.identifiers()).containsExactly("a", "b");
    }

    @Test
    void accountCalledByTheIdOfAnotherDoesNotLendItsResources() throws Exception {
        var other = new ResourceKey("222222222222", REGION, "car_thing", "other");
        estate = new TestEstate() {
            @Override
            public Set<ResourceKey> keys(ResourceFilter filter) {
                return Set.copyOf((Collection<ResourceKey>) stored.keySet());
            }
        };
        estate.stored.put(other, new Embedded(null, null));

        assertThat(scan(scanner(new TestScanner("car")), request()).deleted()).isZero();
        assertThat(estate.stored).containsOnlyKeys(other);
    }

    @Test
    void aScannerThatHidesAnInterruptedCallMakesNothingStale() throws Exception {
        aws.has("car", REGION, ids(120));
        scan(scanner(new TestScanner("car")), request());
        var waiting = new CountDownLatch(1);
        aws.answer("car", REGION, call -> {
            waiting.countDown();
            new CountDownLatch(1).await();
            throw new IllegalStateException("nobody counts down");
        });
        var hiding = new TestScanner("car") {
            @Override
            public void discover(ResourceType wanted, ScanContext context, Consumer<RawResource> sink) throws ScanException {
                try {
                    super.discover(wanted, context, sink);
                } catch (InterruptedException e) {
                    // what a careless plug-in does
                }
            }
        };

        cancelled(scanner(hiding), waiting);

        assertThat(estate.stored).hasSize(120);
    }

    @Test
    void aScannerThatHidesTheCancellingOfItsSinkMakesNothingStale() throws Exception {
        aws.has("car", REGION, ids(5000));
        scan(scanner(new TestScanner("car")), request());
        var storing = new CountDownLatch(1);
        var known = estate.stored;
        estate = new TestEstate() {
            @Override
            public Set<ResourceKey> changed(Collection<AwsResource> resources) throws StorageException {
                storing.countDown();
                try {
                    new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("the store is not interrupted", e);
                }
                return super.changed(resources);
            }
        };
        estate.stored.putAll(known);
        var hiding = new TestScanner("car") {
            @Override
            public void discover(ResourceType wanted, ScanContext context, Consumer<RawResource> sink)
                    throws ScanException, InterruptedException {
                try {
                    super.discover(wanted, context, sink);
                } catch (CancellationException e) {
                    Thread.interrupted();
                }
            }
        };

        cancelled(scanner(hiding), storing);

        assertThat(estate.stored).hasSize(5000);
    }

    private static void cancelled(PipelineScanner scanner, CountDownLatch under) throws InterruptedException {
        var outcome = new AtomicReference<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), ScanListener.NONE);
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        under.await();
        thread.interrupt();
        thread.join();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void threeScansInARowLeaveTheSameEstate() throws Exception {
        aws.has("car", REGION, ids(250));
        aws.has("ship", "eu-west-1", "s");
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        var everything = new ScanRequest(List.of("production"), List.of(), List.of(), List.of(), true, Transport.AUTO);
        scan(scanner, everything);
        var first = Map.copyOf(estate.stored);

        for (int i = 0; i < 2; i++) {
            var again = scan(scanner, everything);
            assertThat(List.of(again.discovered(), again.upserted(), again.unchanged(), again.deleted())).isEqualTo(List.of(251, 0, 251, 0));
            assertThat(estate.stored).isEqualTo(first);
        }
    }
}
