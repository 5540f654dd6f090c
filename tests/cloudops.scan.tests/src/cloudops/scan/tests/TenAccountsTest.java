package cloudops.scan.tests;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.proxy.Fault;
import cloudops.aws.proxy.FaultProxy;
import cloudops.aws.proxy.ReplayProxy;
import cloudops.scan.tests.SeededAws.Plan;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult.ScanError;

/** Ten accounts in ten regions, and all kinds of failure at once. */
class TenAccountsTest {

    private static final List<String> ACCOUNTS = IntStream.range(0, 10).mapToObj(i -> "30000000000" + i).toList();

    /** The last five are regions that accounts must enable. */
    private static final List<String> REGIONS = List.of("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2", "ap-east-1",
            "eu-south-1", "af-south-1", "me-south-1", "ap-southeast-3");

    private static final List<String> SERVICES = List.of("ec2", "rds");

    private record Place(String account, String region, String service) {
    }

    @Test
    void eachFailureIsOfItsOwnScope(@TempDir Path folder) throws Exception {
        try (var aws = SeededAws.start(folder, new Plan(ACCOUNTS, REGIONS, 1, 1, 0));
                var answers = new ReplayProxy(aws.endpoint());
                var proxy = new FaultProxy(answers.endpoint());
                var home = new Home(aws.environment("home", proxy.endpoint()))) {
            // the patience with one account is not waited for with another
            Files.writeString(Files.createDirectories(folder.resolve("home")).resolve("settings.json"), "{\"scan\": {\"accounts\": 5}}");
            var request = new ScanRequest(aws.profiles(), REGIONS, SERVICES, List.of(), true, Transport.SDK);
            var sound = home.scan(request);
            assertThat(sound.complete()).as("%s", sound.errors()).isTrue();
            assertThat(home.stored().keySet()).filteredOn(key -> key.resourceType().equals("rds_instance")).hasSize(100);
            var ghosts = new Ghosts(home, null);
            var faults = broken();
            faults.forEach((place, fault) -> proxy.inject(
                    new FaultProxy.Scope(aws.accessKey(place.account), place.region, place.service), fault));

            var result = home.scan(request);

            ghosts.assertOnlyTheseAreGoneFromCompleteScopes(result);
            assertThat(result.complete()).as("exit code 3").isFalse();
            assertThat(result.scopes()).allSatisfy(scope -> {
                var fault = faults.get(new Place(scope.accountId(), scope.region(), scope.service()));
                if (fault == null || Faults.survived(fault)) {
                    assertThat(scope.status()).as("%s", scope).isEqualTo(COMPLETE);
                } else {
                    assertThat(scope.status()).as("%s", scope).isNotEqualTo(COMPLETE);
                    assertThat(scope.errors()).extracting(ScanError::code).as("%s", fault).isNotEmpty().isSubsetOf(Faults.codes(fault));
                    assertThat(scope.errors()).allSatisfy(error -> assertThat(new Place(error.accountId(), error.region(), error.service()))
                            .isEqualTo(new Place(scope.accountId(), scope.region(), scope.service())));
                }
            });
        }
    }

    /** Each fault in both services, spread over accounts and regions. */
    private static Map<Place, Fault> broken() {
        var broken = new HashMap<Place, Fault>();
        var faults = Faults.all().toList();
        for (int i = 0; i < faults.size(); i++) {
            for (int service = 0; service < SERVICES.size(); service++) {
                int number = i * SERVICES.size() + service;
                // 7 and 100 have no common divisor, so these are different places; a disabled region must be one that can be, in a place of its own
                int cell = faults.get(i) == Fault.DISABLED_REGION ? service == 0 ? 95 : 99 : number * 7 % 100;
                var place = new Place(ACCOUNTS.get(cell / 10), REGIONS.get(cell % 10), SERVICES.get(service));
                var before = broken.put(place, faults.get(i));
                assertThat(before).as("two faults in one place").isNull();
            }
        }
        return broken;
    }
}
