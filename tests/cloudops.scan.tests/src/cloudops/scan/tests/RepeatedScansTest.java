package cloudops.scan.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsCaller.Transport;
import cloudops.model.AwsResource;
import cloudops.scan.tests.SeededAws.Plan;
import cloudops.scanner.ScanRequest;

/** Scans of an AWS in which nothing changes. */
class RepeatedScansTest {

    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1");

    @TempDir
    static Path folder;

    private static SeededAws aws;

    @BeforeAll
    static void start() throws Exception {
        aws = SeededAws.start(folder, new Plan(List.of("111111111111", "222222222222"), REGIONS, 3, 2, 4));
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    private static ScanRequest everything() {
        return new ScanRequest(aws.profiles(), REGIONS, List.of(), List.of(), true, Transport.SDK);
    }

    @Test
    void threeInARowLeaveTheSameEstate() throws Exception {
        try (var home = new Home(aws.environment("three", aws.endpoint()))) {
            var first = home.scan(everything());
            assertThat(first.complete()).as("%s", first.errors()).isTrue();
            var estate = home.stored();
            assertThat(estate).hasSize(first.discovered());
            for (int i = 0; i < 2; i++) {
                var again = home.scan(everything());
                assertThat(again.complete()).as("%s", again.errors()).isTrue();
                assertThat(List.of(again.upserted(), again.deleted())).containsExactly(0, 0);
                assertThat(again.unchanged()).isEqualTo(first.discovered());
                assertThat(home.stored()).isEqualTo(estate);
            }
        }
    }

    @Test
    void oneNameInTwoServicesOfARegionIsTwoRecords() throws Exception {
        try (var home = new Home(aws.environment("names", aws.endpoint()))) {
            home.scan(everything());
            var called = home.stored().values().stream().filter(resource -> resource.name().equals("shared-name-0")
                    && resource.accountId().equals("111111111111") && resource.region().equals("eu-west-1")).toList();
            assertThat(called).extracting(AwsResource::resourceType).containsExactlyInAnyOrder("ec2_instance", "rds_instance");
        }
    }
}
