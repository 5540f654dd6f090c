package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.FAILED;
import static cloudops.scanner.ScanResult.ScopeStatus.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.CallerIdentity;
import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.iam.PermissionDiscovery;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.model.ResourceKey;
import cloudops.model.UserContext;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;

@Timeout(30)
class PipelineScannerTest {

    private static final String ACCOUNT = "111111111111";
    private static final String REGION = "us-east-1";
    private static final UserContext USER = new UserContext("scanner", null, null);

    private final TestAws aws = new TestAws();
    private final Queue<String> embedded = new ConcurrentLinkedQueue<>();
    private TestEstate estate = new TestEstate();
    private Embedder embedder = texts -> {
        embedded.addAll(texts);
        return texts.stream().map(text -> new float[Embedder.DIMENSIONS]).toList();
    };
    private Permissions permissions = (actions, arn) -> new IamPermissions(actions, List.of(), List.of(), USER, PermissionSource.SIMULATED,
            null, Map.of());

    /** What a principal may do to a resource. */
    private interface Permissions {
        IamPermissions of(List<String> actions, String arn);
    }

    private PipelineScanner scanner(TestScanner... scanners) {
        var discovery = new PermissionDiscovery() {
            @Override
            public Map<String, IamPermissions> discover(String profile, CallerIdentity identity, List<String> actions, List<String> arns) {
                return arns.stream().collect(Collectors.toMap(arn -> arn, arn -> permissions.of(actions, arn)));
            }

            @Override
            public void forget(String profile) {
                throw new UnsupportedOperationException();
            }
        };
        var scanner = new PipelineScanner(aws, aws, discovery, texts -> embedder.embed(texts), estate);
        Arrays.stream(scanners).forEach(scanner::addScanner);
        return scanner;
    }

    private static ScanRequest request(String... services) {
        return new ScanRequest(List.of("production"), List.of(REGION), List.of(services), List.of(), true, Transport.AUTO);
    }

    private ScanResult scan(PipelineScanner scanner, ScanRequest request) throws InterruptedException {
        return scanner.scan(request, ScanListener.NONE);
    }

    private static String[] ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "thing-%05d".formatted(i)).toArray(String[]::new);
    }

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
    void allMeansEnabledRegionsAndAllServicesAndGlobalTypesOnce() throws Exception {
        var bucket = TestScanner.things("bucket");
        ((ObjectNode) bucket.path("Things").get(0)).put("Region", "sa-east-1");
        aws.answer("box", REGION, call -> bucket);

        var result = scan(scanner(new TestScanner("car"), new TestScanner("box", true)),
                new ScanRequest(List.of("production"), List.of("all"), List.of("all"), List.of(), false, Transport.AUTO));

        assertThat(result.scopes()).extracting(Scope::region, Scope::service, Scope::status).containsExactly(
                tuple("aws-global", "box", COMPLETE), tuple("eu-west-1", "car", COMPLETE), tuple("us-east-1", "car", COMPLETE));
        assertThat(estate.stored).containsOnlyKeys(new ResourceKey(ACCOUNT, "sa-east-1", "box_thing", "bucket"));
    }

    @Test
    void globalTypesAreScannedWholeWhateverRegionIsNamedAndAskedThere() throws Exception {
        var boxes = TestScanner.things("near", "far");
        ((ObjectNode) boxes.path("Things").get(0)).put("Region", "eu-west-1");
        ((ObjectNode) boxes.path("Things").get(1)).put("Region", "us-west-2");
        aws.answer("box", "eu-west-1", call -> boxes);

        var result = scan(scanner(new TestScanner("box", true)),
                new ScanRequest(List.of("production"), List.of("eu-west-1"), List.of(), List.of(), true, Transport.AUTO));

        assertThat(result.discovered()).isEqualTo(2);
        assertThat(estate.identifiers()).containsExactly("far", "near");

        aws.answer("box", "eu-west-1", call -> TestScanner.things());
        assertThat(scan(scanner(new TestScanner("box", true)),
                new ScanRequest(List.of("production"), List.of("eu-west-1"), List.of(), List.of(), true, Transport.AUTO)).deleted())
                        .isEqualTo(2);
    }

    @Test
    void partitionComesFromTheIdentity() throws Exception {
        aws.partition = "aws-cn";
        aws.has("car", REGION, "a");

        scan(scanner(new TestScanner("car")), request("car"));

        assertThat(estate.stored.values()).extracting(each -> each.resource().arn())
                .containsExactly("arn:aws-cn:car:us-east-1:111111111111:a");
    }

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
    void listingThatBreaksOffIsPartialAndKeepsWhatCameBefore() throws Exception {
        var breaking = new TestScanner("car") {
            @Override
            public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException {
                sink.accept(new RawResource(type.name(), TestScanner.things("a").path("Things").get(0)));
                throw new ScanException(Category.AWS_CLI, "Throttled", true, "slow down", null);
            }
        };

        var result = scan(scanner(breaking), request("car"));

        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(result.errors()).extracting(ScanError::code, ScanError::retryable).containsExactly(tuple("Throttled", true));
        assertThat(estate.identifiers()).containsExactly("a");
    }

    @Test
    void scannerThatThrowsFailsItsScopeOnly() throws Exception {
        aws.has("car", REGION, "a");
        var broken = new TestScanner("ship") {
            @Override
            public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) {
                throw new NoClassDefFoundError("gone/With/ItsBundle");
            }
        };

        var result = scan(scanner(new TestScanner("car"), broken), request());

        assertThat(result.scopes()).extracting(Scope::service, Scope::status).containsExactly(tuple("car", COMPLETE), tuple("ship", FAILED));
        assertThat(result.errors()).extracting(ScanError::code).containsExactly("ScannerFailed");
    }

    @Test
    void scannerThatJudgesBadlyLeavesTheVerdictsUnknown() throws Exception {
        aws.has("car", REGION, "a");
        var broken = new TestScanner("car") {
            @Override
            public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions granted) {
                throw new IllegalStateException("no idea");
            }
        };

        var result = scan(scanner(broken), request());

        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(estate.stored.values()).extracting(each -> each.resource().constraints())
                .containsExactly(ResourceConstraints.UNKNOWN);
    }

    @Test
    void resourceOfAnotherAccountIsRefused() throws Exception {
        aws.has("car", REGION, "a");
        var lying = new TestScanner("car") {
            @Override
            public AwsResource transform(RawResource raw, ScanContext context) {
                var r = super.transform(raw, context);
                return new AwsResource(r.resourceType(), r.identifier(), "999999999999", null, r.region(), r.service(), r.arn(), r.name(),
                        null, null, r.lastSynced(), null, null, null);
            }
        };

        var result = scan(scanner(lying), request());

        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(estate.stored).isEmpty();
    }

    @Test
    void detailsThatFailKeepTheStoredResourceAndGoneOnesAreLeftOut() throws Exception {
        aws.has("car", REGION, "fails", "gone", "locked", "whole");
        var scanner = new TestScanner("car") {
            @Override
            public RawResource describe(RawResource raw, ScanContext context) throws ScanException {
                switch (raw.data().path("Id").asText()) {
                    case "fails" -> throw new ScanException(Category.EXECUTION, "Network", true, "no route", null);
                    case "gone" -> throw new ScanException(Category.AWS_CLI, "NotFound", "NoSuchThing", false, "not there", null);
                    case "locked" -> context.incomplete(new ScanException(Category.AWS_CLI, "AccessDenied", false, "no tags", null));
                    default -> {
                    }
                }
                return raw;
            }
        };

        var result = scan(scanner(scanner), request());

        assertThat(result.scopes()).extracting(Scope::status, Scope::discovered).containsExactly(tuple(PARTIAL, 4));
        assertThat(result.errors()).extracting(ScanError::code).containsExactlyInAnyOrder("Network", "AccessDenied");
        assertThat(estate.identifiers()).containsExactly("locked", "whole");
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
    void embeddingIsTriedTwiceThenTheResourceIsStoredWithoutVector() throws Exception {
        aws.has("car", REGION, "a");
        var tries = new AtomicInteger();
        embedder = texts -> {
            tries.incrementAndGet();
            throw new EmbeddingException("no model", null);
        };

        var result = scan(scanner(new TestScanner("car")), request());

        assertThat(tries).hasValue(2);
        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(result.errors()).extracting(ScanError::category, ScanError::code)
                .containsExactly(tuple(Category.EMBEDDING, "EmbeddingFailed"));
        assertThat(estate.stored.values()).extracting(each -> each.vector()).containsExactly((float[]) null);
    }

    @Test
    void embeddingThatWorksTheSecondTimeIsNoError() throws Exception {
        aws.has("car", REGION, "a");
        var tries = new AtomicInteger();
        embedder = texts -> {
            if (tries.incrementAndGet() == 1) {
                throw new EmbeddingException("busy", null);
            }
            return texts.stream().map(text -> new float[Embedder.DIMENSIONS]).toList();
        };

        assertThat(scan(scanner(new TestScanner("car")), request()).complete()).isTrue();
        assertThat(estate.stored.values()).extracting(each -> each.vector()).doesNotContainNull();
    }

    @Test
    void storeThatFailsMakesTheScopePartial() throws Exception {
        aws.has("car", REGION, "a");
        estate = new TestEstate() {
            @Override
            public UpsertResult upsert(List<Embedded> resources) throws StorageException {
                throw new StorageException(StorageException.Problem.IO, "disk full");
            }
        };

        var result = scan(scanner(new TestScanner("car")), request());

        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL);
        assertThat(result.errors()).extracting(ScanError::category, ScanError::code).containsExactly(tuple(Category.STORAGE, "Io"));
        assertThat(result.upserted()).isZero();
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
    void permissionsThatCouldNotBeAskedMakeTheScopesPartialWithOneErrorAnAccount() throws Exception {
        aws.has("car", REGION, "a");
        aws.has("car", "eu-west-1", "b");
        permissions = (actions, arn) -> IamPermissions.unknown(actions, USER, "IAM cannot be reached");

        var result = scan(scanner(new TestScanner("car")),
                new ScanRequest(List.of("production"), List.of(), List.of(), List.of(), true, Transport.AUTO));

        assertThat(result.scopes()).extracting(Scope::status).containsExactly(PARTIAL, PARTIAL);
        assertThat(result.errors()).extracting(ScanError::category, ScanError::code, ScanError::accountId, ScanError::region)
                .containsExactly(tuple(Category.IAM, "PermissionsUnknown", ACCOUNT, null));
        assertThat(estate.stored.values()).extracting(each -> each.resource().constraints().canStop()).containsOnlyNulls();
    }

    @Test
    void singleActionsThatCannotBeDecidedAreNoFailure() throws Exception {
        aws.has("car", REGION, "a");
        permissions = (actions, arn) -> new IamPermissions(List.of(), List.of(), actions, USER, PermissionSource.EVALUATED,
                "a condition needs aws:SourceIp", Map.of());

        assertThat(scan(scanner(new TestScanner("car")), request()).complete()).isTrue();
    }

    @Test
    void unknownProfileFailsAloneAndIsNamed() throws Exception {
        aws.has("car", REGION, "a");

        var result = scan(scanner(new TestScanner("car")),
                new ScanRequest(List.of("prodction", "production"), List.of(REGION), List.of("car"), List.of(), true, Transport.AUTO));

        assertThat(result.complete()).isFalse();
        assertThat(result.discovered()).isEqualTo(1);
        assertThat(result.scopes()).extracting(Scope::accountName, Scope::accountId, Scope::region, Scope::service, Scope::status)
                .containsExactly(tuple("prodction", null, REGION, "car", FAILED), tuple("production", ACCOUNT, REGION, "car", COMPLETE));
        assertThat(result.errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo("UnknownProfile");
            assertThat(error.category()).isEqualTo(Category.EXECUTION);
            assertThat(error.message()).contains("prodction").contains("production");
        });
    }

    @Test
    void unknownServiceAndTypeAreNamedWithThoseThereAre() throws Exception {
        aws.has("car", REGION, "a");
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));

        var result = scan(scanner, request("car", "plane"));

        assertThat(result.complete()).isFalse();
        assertThat(result.discovered()).isEqualTo(1);
        assertThat(result.errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo("UnsupportedService");
            assertThat(error.message()).contains("\"plane\"").contains("car, ship");
        });

        var typed = scan(scanner, new ScanRequest(List.of("production"), List.of(REGION), List.of(), List.of("car_thing", "car_wheel"),
                false, Transport.AUTO));
        assertThat(typed.scopes()).extracting(Scope::resourceType, Scope::status).contains(tuple("car_thing", COMPLETE));
        assertThat(typed.errors()).extracting(ScanError::code).containsExactly("UnsupportedType");
    }

    @Test
    void scanWithoutAnyScannerIsNotASuccess() throws Exception {
        var result = scan(scanner(), request());

        assertThat(result.complete()).isFalse();
        assertThat(result.errors()).extracting(ScanError::code).containsExactly("NoScanners");
    }

    @Test
    void regionsThatCannotBeListedFailTheRegionalTypesOnly() throws Exception {
        aws.fails("regions", "", Problem.ACCESS_DENIED, "UnauthorizedOperation");
        aws.answers.put("regions", aws.answers.remove("regions "));
        aws.has("box", REGION);

        var result = scan(scanner(new TestScanner("car"), new TestScanner("box", true)),
                new ScanRequest(List.of("production"), List.of(), List.of(), List.of(), true, Transport.AUTO));

        assertThat(result.scopes()).extracting(Scope::accountId, Scope::region, Scope::service, Scope::status)
                .containsExactly(tuple(ACCOUNT, null, null, FAILED), tuple(ACCOUNT, "aws-global", "box", COMPLETE));
        assertThat(result.errors()).extracting(ScanError::code).containsExactly("AccessDenied");
    }

    @Test
    void everyProblemOfACallHasACode() {
        assertThat(Arrays.stream(Problem.values()).map(problem -> AwsErrors.toScan(
                new AwsException(problem, "SomethingElse", "why", null)).code())).containsExactly("AccessDenied", "ExplicitDeny",
                        "Throttled", "ExpiredToken", "ClockSkew", "NoCredentials", "UnknownProfile", "DisabledRegion", "NotFound", "InvalidCall",
                        "ServerError", "Network", "Parse", "NoCli", "SomethingElse");
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
    void manyErrorsOfAKindAreCountedNotListed() throws Exception {
        aws.has("car", REGION, ids(1000));
        var broken = new TestScanner("car") {
            @Override
            public AwsResource transform(RawResource raw, ScanContext context) {
                throw new IllegalArgumentException("bad " + raw.data().path("Id").asText());
            }
        };

        var result = scan(scanner(broken), request());

        assertThat(result.errors()).hasSize(6).last().extracting(ScanError::message).isEqualTo("and 995 more of this kind");
    }

    @Test
    void interruptionEndsTheScanSoonAndKeepsWhatIsStored() throws Exception {
        aws.has("car", REGION, "a");
        var waiting = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        aws.answer("ship", REGION, call -> {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
                throw new IllegalStateException("nobody counts down");
            } finally {
                ended.countDown();
            }
        });
        var storedFirst = new CountDownLatch(1);
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        var outcome = new AtomicReference<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), progress -> {
                    if (progress.scope().service().equals("car") && progress.scope().status() == COMPLETE) {
                        storedFirst.countDown();
                    }
                });
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        waiting.await();
        storedFirst.await();

        thread.interrupt();
        thread.join();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(ended.getCount()).as("no call outlives the scan").isZero();
        assertThat(estate.identifiers()).containsExactly("a");
    }

    @Test
    void interruptionReachesAListingThatWaitsForThePipelineButNotTheStore() throws Exception {
        var storing = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        var interrupted = new AtomicInteger();
        estate = new TestEstate() {
            @Override
            public UpsertResult upsert(List<Embedded> resources) throws StorageException {
                storing.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                }
                return super.upsert(resources);
            }
        };
        aws.has("car", REGION, ids(5000));
        var outcome = new AtomicReference<Throwable>();
        var scanner = scanner(new TestScanner("car"));
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), ScanListener.NONE);
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        storing.await();

        thread.interrupt();
        mayGoOn.countDown();
        thread.join();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(interrupted).hasValue(0);
        // those that wait, and the one that was being stored
        assertThat(estate.stored.size()).isBetween(Limits.BATCH, (Limits.BATCHES + 1) * Limits.BATCH);
    }

    @Test
    void scannerRemovedMidWayIsUsedToTheEndAndNoLonger() throws Exception {
        var listing = new CountDownLatch(1);
        var removed = new CountDownLatch(1);
        aws.answer("car", REGION, call -> {
            listing.countDown();
            removed.await();
            return TestScanner.things("a");
        });
        var car = new TestScanner("car");
        var scanner = scanner(car, new TestScanner("ship"));
        var result = new AtomicReference<ScanResult>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                result.set(scan(scanner, request()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        listing.await();

        scanner.removeScanner(car);
        removed.countDown();
        thread.join();

        assertThat(result.get().complete()).isTrue();
        assertThat(estate.identifiers()).containsExactly("a");
        assertThat(scanner.services()).containsExactly("ship");
        assertThat(scan(scanner, request()).byService()).containsOnlyKeys("ship");
    }

    @Test
    void theScannerThatCameLastIsUsedForItsService() {
        var former = new TestScanner("car");
        var latter = new TestScanner("car");
        var scanner = scanner(former, latter);

        assertThat(scanner.scanners()).containsExactly(latter);
        scanner.removeScanner(latter);
        assertThat(scanner.scanners()).containsExactly(former);
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
    void listenerThatThrowsDoesNotHurtTheScan() throws Exception {
        aws.has("car", REGION, "a");

        var result = scanner(new TestScanner("car")).scan(request(), progress -> {
            throw new IllegalStateException("window closed");
        });

        assertThat(result.complete()).isTrue();
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
}
