package cloudops.scan.tests;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.FAILED;
import static cloudops.scanner.ScanResult.ScopeStatus.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.proxy.Fault;
import cloudops.aws.proxy.FaultProxy;
import cloudops.aws.proxy.ReplayProxy;
import cloudops.iam.PermissionDiscovery;
import cloudops.scan.tests.SeededAws.Plan;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanContext;

/** One thing goes wrong between the scanner and AWS, in one service of one region: its scopes say so, and nothing else is touched. */
class ScanFaultsTest {

    private static final String ACCOUNT = "100000000000";

    /** The broken one is a region that accounts must enable, so that it can be disabled. */
    private static final String SOUND = "us-east-1", BROKEN = "ap-east-1";

    private static final List<String> SERVICES = List.of("ec2", "rds", "s3");

    @TempDir
    static Path folder;

    private static SeededAws aws;
    private static ReplayProxy answers;
    private static FaultProxy proxy;
    private static Home home;
    private static final Map<String, Ghosts> HAUNTED = new HashMap<>();

    /** @param account one of its own where later scans would be shy of what happened in this one */
    private record Case(Fault fault, String service, String account) {

        static Case of(Fault fault, String service) {
            return new Case(fault, service, Faults.remembered(fault)
                    ? String.format("2%02d%09d", fault.ordinal(), SERVICES.indexOf(service)) : ACCOUNT);
        }

        @Override
        public String toString() {
            return fault + " of " + service;
        }
    }

    static Stream<Case> cases() {
        return Faults.all().flatMap(fault -> SERVICES.stream().map(service -> Case.of(fault, service)))
                // S3 lists all buckets in a region that every account has
                .filter(each -> each.fault != Fault.DISABLED_REGION || !each.service.equals("s3"))
                // patience takes its time
                .filter(each -> each.fault != Fault.THROTTLED || each.service.equals("rds"));
    }

    @BeforeAll
    static void start() throws Exception {
        var accounts = Stream.concat(Stream.of(ACCOUNT), cases().map(Case::account)).distinct().toList();
        aws = SeededAws.start(folder, new Plan(accounts, List.of(SOUND, BROKEN), 2, 2, 3));
        answers = new ReplayProxy(aws.endpoint());
        proxy = new FaultProxy(answers.endpoint());
        home = new Home(aws.environment("home", proxy.endpoint()));
    }

    @AfterAll
    static void stop() {
        home.close();
        proxy.close();
        answers.close();
        aws.close();
    }

    @AfterEach
    void heal() {
        proxy.heal();
    }

    private static ScanResult scan(String account) throws InterruptedException {
        return home.scan(new ScanRequest(List.of(SeededAws.profile(account)), List.of(SOUND, BROKEN), SERVICES, List.of(), true, Transport.SDK));
    }

    /** The store as after a sound scan, with something in each scope that AWS has no more. */
    private static Ghosts haunted(String account) throws Exception {
        var again = HAUNTED.get(account);
        if (again != null) {
            again.comeBack();
            return again;
        }
        var sound = scan(account);
        assertThat(sound.complete()).as("%s", sound.errors()).isTrue();
        assertThat(sound.discovered()).as("instances, their volumes, databases and buckets").isGreaterThanOrEqualTo(4 + 4 + 4 + 3);
        var ghosts = new Ghosts(home, account);
        HAUNTED.put(account, ghosts);
        return ghosts;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isOfItsScopeAlone(Case broken) throws Exception {
        var ghosts = haunted(broken.account);
        var region = broken.service.equals("s3") ? null : BROKEN;
        var named = region == null ? ScanContext.GLOBAL_REGION : region;
        proxy.inject(new FaultProxy.Scope(null, region, broken.service), broken.fault);

        var result = scan(broken.account);

        ghosts.assertOnlyTheseAreGoneFromCompleteScopes(result);
        var hurt = result.scopes().stream().filter(scope -> scope.service().equals(broken.service) && scope.region().equals(named)).toList();
        assertThat(hurt).isNotEmpty();
        assertThat(result.scopes().stream().filter(scope -> !hurt.contains(scope))).extracting(Scope::status).containsOnly(COMPLETE);
        if (Faults.survived(broken.fault)) {
            assertThat(result.errors()).isEmpty();
            assertThat(result.complete()).isTrue();
        } else {
            assertThat(hurt).extracting(Scope::status).containsOnly(FAILED);
            assertThat(hurt).allSatisfy(scope -> assertThat(scope.errors()).as("%s", scope).isNotEmpty());
            assertThat(result.complete()).as("exit code 3").isFalse();
            assertThat(result.errors()).allSatisfy(error -> {
                assertThat(error.code()).as(error.message()).isIn(Faults.codes(broken.fault));
                assertThat(error.accountId()).isEqualTo(broken.account);
                assertThat(error.service()).isEqualTo(broken.service);
                assertThat(error.region()).isEqualTo(named);
            });
        }
    }

    @Test
    void aTokenThatExpiresInMidScanKeepsWhatCouldNotBeSeenAnyMore() throws Exception {
        var ghosts = haunted(ACCOUNT);
        // the list of buckets is still answered, and what is asked of each bucket is not
        proxy.inject(new FaultProxy.Scope(null, null, "s3"), Fault.EXPIRED_TOKEN, 1);

        var result = scan(ACCOUNT);

        ghosts.assertOnlyTheseAreGoneFromCompleteScopes(result);
        var buckets = result.scopes().stream().filter(scope -> scope.service().equals("s3")).findFirst().orElseThrow();
        assertThat(buckets.status()).isEqualTo(PARTIAL);
        assertThat(buckets.discovered()).isEqualTo(3);
        assertThat(buckets.errors()).extracting(ScanError::code).containsOnly("ExpiredToken");
        assertThat(result.complete()).isFalse();
    }

    @Test
    void aBucketThatCannotBeDescribedMakesTheListPartialAndStaysAsItWas() throws Exception {
        var ghosts = haunted(ACCOUNT);
        proxy.inject(new FaultProxy.Scope(null, BROKEN, "s3"), Fault.SERVER_ERROR);

        var result = scan(ACCOUNT);

        ghosts.assertOnlyTheseAreGoneFromCompleteScopes(result);
        assertThat(result.scopes().stream().filter(scope -> scope.status() != COMPLETE).map(scope -> scope.service() + " " + scope.status()))
                .containsExactly("s3 PARTIAL");
        assertThat(result.errors()).extracting(ScanError::code).containsOnly("ServerError");
    }

    @Test
    void permissionsThatCannotBeAskedMakeAllPartial() throws Exception {
        var permissions = home.service(PermissionDiscovery.class);
        var ghosts = haunted(ACCOUNT);
        proxy.inject(new FaultProxy.Scope(null, null, "iam"), Fault.ACCESS_DENIED);
        permissions.forget(SeededAws.profile(ACCOUNT));
        try {
            var result = scan(ACCOUNT);

            ghosts.assertOnlyTheseAreGoneFromCompleteScopes(result);
            assertThat(result.scopes().stream().filter(scope -> scope.discovered() > 0)).extracting(Scope::status).containsOnly(PARTIAL);
            assertThat(result.errors()).extracting(ScanError::code).containsOnly("PermissionsUnknown");
            assertThat(result.errors()).extracting(ScanError::accountId).containsOnly(ACCOUNT);
            assertThat(result.complete()).isFalse();
        } finally {
            permissions.forget(SeededAws.profile(ACCOUNT));
        }
    }
}
