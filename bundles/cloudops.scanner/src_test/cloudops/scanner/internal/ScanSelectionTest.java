package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException.Problem;
import cloudops.model.ResourceKey;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanException.Category;

/** Which scopes a request means, and what is said of those that there are not. */
@Timeout(30)
class ScanSelectionTest extends Scans {

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
    void profilesOfOneAccountAreScannedOneAfterTheOtherHoweverManyAccountsAreAtOnce() throws Exception {
        aws.accounts.putAll(Map.of("auditor", ACCOUNT, "staging", "222222222222"));
        var order = new ConcurrentLinkedQueue<String>();
        var another = new CountDownLatch(1);
        aws.answer("car", REGION, call -> {
            if (call.profile().equals("staging")) {
                another.countDown();
            } else {
                order.add(call.profile());
                another.await(); // another account at the same time
                order.add(call.profile());
            }
            return TestScanner.things("a");
        });
        var scanner = scanner(new TestScanner("car"));
        scanner.settings = new ScanSettings(new TestConfig(3, 10, 10, 100, 50, "1h"));

        scan(scanner, new ScanRequest(List.of("production", "auditor", "staging"), List.of(REGION), List.of(), List.of(), true, Transport.AUTO));

        assertThat(order).containsExactly("production", "production", "auditor", "auditor");
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
}
