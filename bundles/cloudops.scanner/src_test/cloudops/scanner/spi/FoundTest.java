package cloudops.scanner.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.model.AwsResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

class FoundTest {

    private static final ResourceType REGIONAL = new ResourceType("elb_target_group", "Target group", false);
    private static final ResourceType GLOBAL = new ResourceType("iam_role", "IAM role", true);

    private final ScanContext account = new DetailsTest.Account();

    @Test
    void isOfTheAccountAndRegionThatAreScanned() {
        var found = new Found(REGIONAL, "web", "arn:x", account).name("Web").state("active").tags(Map.of("a", "b"))
                .facts(new Facts().put("port", 80)).resource();

        assertThat(found).isEqualTo(new AwsResource("elb_target_group", "web", "111111111111", "111111111111", "cn-north-1", "elb", "arn:x", "Web",
                "active", Map.of("a", "b"), Instant.EPOCH, null, null, Map.of("port", 80)));
    }

    @Test
    void whatIsNotSaidIsAsResourcesHaveIt() {
        var found = new Found(GLOBAL, "web", "arn:x", account).resource();

        assertThat(found.region()).isEqualTo(ScanContext.GLOBAL_REGION);
        assertThat(found.service()).isEqualTo("iam");
        assertThat(found.name()).isEqualTo("web");
        assertThat(found.state()).isNull();
        assertThat(found.tags()).isEmpty();
        assertThat(found.metadata()).isEmpty();
    }

    @Test
    void whatIsListedAsGlobalMayLiveInARegion() {
        assertThat(new Found(GLOBAL, "web", "arn:x", account).in("eu-central-1").resource().region()).isEqualTo("eu-central-1");
    }
}
