package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.FAILED;
import static cloudops.scanner.ScanResult.ScopeStatus.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.storage.StorageException;

/** What becomes of a scan of which a stage fails. */
@Timeout(30)
class ScanFailuresTest extends Scans {

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
    void everyProblemOfACallHasACode() {
        assertThat(Arrays.stream(Problem.values()).map(problem -> AwsErrors.toScan(
                new AwsException(problem, "SomethingElse", "why", null)).code())).containsExactly("AccessDenied", "ExplicitDeny",
                        "Throttled", "ExpiredToken", "ClockSkew", "NoCredentials", "UnknownProfile", "DisabledRegion", "NotFound",
                        "InvalidCall", "ServerError", "Network", "Parse", "NoCli", "SomethingElse");
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
    void listenerThatThrowsDoesNotHurtTheScan() throws Exception {
        aws.has("car", REGION, "a");

        var result = scanner(new TestScanner("car")).scan(request(), progress -> {
            throw new IllegalStateException("window closed");
        });

        assertThat(result.complete()).isTrue();
    }
}
