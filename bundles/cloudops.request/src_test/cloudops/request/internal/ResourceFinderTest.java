package cloudops.request.internal;

import static cloudops.request.internal.Doubles.PRODUCTION;
import static cloudops.request.internal.Doubles.STAGING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.junit.jupiter.api.Test;

import cloudops.agent.EnrichedRequest.Match;
import cloudops.model.AwsResource;
import cloudops.storage.StorageException;

class ResourceFinderTest {

    private static final AwsResource MAIN1 = Doubles.database("pg-instance-main1", PRODUCTION, "us-west-2", "available");
    private static final AwsResource MAIN2 = Doubles.database("pg-instance-main2", PRODUCTION, "eu-west-1", "stopped");
    private static final AwsResource MAIN1_STAGING = Doubles.database("pg-instance-main1", STAGING, "us-west-2", "available");
    private static final AwsResource BACKUP = Doubles.server("pg-backup-server", "i-0000000000000000a", PRODUCTION, "us-west-2", "running");
    private static final AwsResource WEB1 = Doubles.server("web-1", "i-0000000000000000b", PRODUCTION, "eu-west-1", "running");
    private static final AwsResource WEB2 = Doubles.server("web-2", "i-0000000000000000c", PRODUCTION, "eu-west-1", "stopped");
    private static final AwsResource LEDGER = Doubles.server("ledger", "i-0000000000000000d", STAGING, "eu-west-1", "running");
    private static final AwsResource BUCKET = Doubles.resource("s3_bucket", "pg-backups-bucket", "pg-backups-bucket", PRODUCTION,
            "us-west-2", "arn:aws:s3:::pg-backups-bucket", null, Map.of(), Map.of());
    private static final AwsResource SPACES = Doubles.server("my web server", "i-0000000000000000e", STAGING, "eu-west-1", "running");
    private static final AwsResource SNAPSHOT = Doubles.resource("rds_snapshot", "rds:pg-instance-main1-2026-01-01-06-00",
            "rds:pg-instance-main1-2026-01-01-06-00", PRODUCTION, "us-west-2",
            "arn:aws:rds:us-west-2:123456789012:snapshot:rds:pg-instance-main1-2026-01-01-06-00", "available", Map.of(),
            Map.of("engine", "postgres", "relations", List.of(Map.of("type", "snapshot_of", "target", "pg-instance-main1"))));

    private static final AwsResource BALANCER = Doubles.resource("elb_load_balancer", "ledger", "ledger", STAGING, "eu-west-1",
            "arn:aws:elasticloadbalancing:eu-west-1:210987654321:loadbalancer/app/ledger/50dc6c495c0c9188", "active", Map.of(), Map.of());
    private static final AwsResource ROLE = Doubles.resource("iam_role", "web-server", "web-server", PRODUCTION, "aws-global",
            "arn:aws:iam::123456789012:role/web-server", null, Map.of(), Map.of());

    private static final Words WORDS = Words.read();
    private final Doubles.Storage storage =
            new Doubles.Storage(MAIN1, MAIN2, MAIN1_STAGING, BACKUP, WEB1, WEB2, LEDGER, BUCKET, SPACES, SNAPSHOT, BALANCER, ROLE);
    private final ResourceFinder finder = new ResourceFinder(storage, WORDS);

    static Stream<Arguments> prompts() {
        return Stream.of(
                Arguments.of("Stop pg-instance-main2", "exact_name", List.of(MAIN2)),
                Arguments.of("stop PG-INSTANCE-MAIN2!", "exact_name", List.of(MAIN2)),
                Arguments.of("Stop pg-instance-main1", "exact_name", List.of(MAIN1, MAIN1_STAGING)),
                Arguments.of("Stop pg-instance-main1 in staging", "exact_name", List.of(MAIN1_STAGING)),
                Arguments.of("Stop pg-instance-main1 in the production account", "exact_name", List.of(MAIN1)),
                Arguments.of("Stop pg-instance-main1 in account 210987654321", "exact_name", List.of(MAIN1_STAGING)),
                Arguments.of("Stop pg-instance-main1 in Ireland", "meaning", List.of(MAIN2)),
                Arguments.of("stop the server pg-instance-main2", "exact_name", List.of(MAIN2)),
                Arguments.of("stop i-0000000000000000b", "exact_id", List.of(WEB1)),
                Arguments.of("stop " + MAIN1_STAGING.arn(), "exact_id", List.of(MAIN1_STAGING)),
                Arguments.of("stop pg-instance-main1 " + MAIN1.arn(), "exact_id", List.of(MAIN1, MAIN1_STAGING)),
                Arguments.of("stop web-1 and web-2", "exact_name", List.of(WEB1, WEB2)),
                Arguments.of("reboot \"my web server\"", "exact_name", List.of(SPACES)),
                Arguments.of("reboot ledger", "exact_name", List.of(LEDGER, BALANCER)),
                Arguments.of("reboot the server ledger", "exact_name", List.of(LEDGER)),
                Arguments.of("stop the load balancer ledger", "exact_name", List.of(BALANCER)),
                Arguments.of("list load balancers", "filter", List.of(BALANCER)),
                Arguments.of("list roles", "filter", List.of(ROLE)),
                Arguments.of("delete the web roles", "words", List.of(ROLE)),
                Arguments.of("list vpcs", "filter", List.of()),
                Arguments.of("stop web-1 for ledger maintenance", "exact_name", List.of(WEB1)),
                Arguments.of("stop pg-main", "words", List.of(MAIN1, MAIN2, MAIN1_STAGING)),
                Arguments.of("stop pg-main in ireland", "words", List.of(MAIN2)),
                Arguments.of("start the web servers", "words", List.of(WEB1, WEB2, SPACES)),
                Arguments.of("start the stopped web servers", "words", List.of(WEB2)),
                Arguments.of("stop the postgres database in production in ireland", "words", List.of(MAIN2)),
                Arguments.of("list all databases", "filter", List.of(MAIN1, MAIN2, MAIN1_STAGING)),
                Arguments.of("which servers are running in ireland", "filter", List.of(WEB1, LEDGER, SPACES)),
                Arguments.of("list buckets", "filter", List.of(BUCKET)),
                Arguments.of("show everything tagged team=data in the staging account", "filter", List.of(MAIN1_STAGING)),
                Arguments.of("stop all databases with team=data in the staging account", "filter", List.of(MAIN1_STAGING)),
                Arguments.of("stop all databases with team=sales", "filter", List.of()),
                Arguments.of("stop the quarterly database in ireland", "meaning", List.of(MAIN2)),
                Arguments.of("hello", "filter", List.of()),
                Arguments.of("delete rds:pg-instance-main1-2026-01-01-06-00", "exact_name", List.of(SNAPSHOT)),
                Arguments.of("delete pg-main1-2026-01-01", "words", List.of(SNAPSHOT)),
                Arguments.of("stop web-1; rm -rf /", "exact_name", List.of(WEB1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("prompts")
    void finds(String prompt, String by, List<AwsResource> resources) throws StorageException {
        var found = finder.find(Prompt.of(prompt, WORDS));
        assertThat(found).extracting(each -> each.resource().arn()).containsExactlyInAnyOrderElementsOf(
                resources.stream().map(AwsResource::arn).toList());
        assertThat(found).extracting(each -> each.match().by()).contains(resources.isEmpty() ? new String[0] : new String[] { by });
    }

    @Test
    void sendsNoMoreThanIsNeeded() throws StorageException {
        for (int i = 0; i < 300; i++) {
            var more = Doubles.database("pg-many-" + i, PRODUCTION, "eu-west-1", "available");
            storage.resources.put(more.key(), more);
        }
        assertThat(finder.find(Prompt.of("list databases", WORDS))).hasSize(100)
                .allSatisfy(each -> assertThat(each.match().by()).isEqualTo(Match.PART));
        assertThat(finder.find(Prompt.of("stop pg-many", WORDS))).hasSizeLessThanOrEqualTo(25);
        assertThat(finder.find(Prompt.of("stop xyzzy-17", WORDS))).hasSizeLessThanOrEqualTo(5);
    }
}
