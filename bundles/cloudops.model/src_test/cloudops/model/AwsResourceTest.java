package cloudops.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class AwsResourceTest {

    private static AwsResource named(String name) {
        return new AwsResource("ec2_instance", "i-0b5e5", "123456789012", "staging", "us-west-2", "ec2",
                "arn:aws:ec2:us-west-2:123456789012:instance/i-0b5e5", name, "running", Map.of(), Instant.EPOCH, null, null, Map.of());
    }

    @Test
    void isCalledWhatItIsCalledAsAWhole() {
        var hostile = "web-1 \"$(id)\" \u202e\ud83d\udc18";
        for (var called : List.of("web-1", " WEB-1 ", "i-0b5e5", "I-0B5E5", "arn:aws:ec2:us-west-2:123456789012:instance/i-0b5e5",
                "123456789012-us-west-2-i-0b5e5")) {
            assertThat(named("web-1").isCalled(called)).as(called).isTrue();
        }
        for (var other : List.of("web-1 blue", "show web-1", "web", "i-0b5e5 i-0b5e6", "web-1,", "", " ", hostile)) {
            assertThat(named("web-1").isCalled(other)).as(other).isFalse();
        }
        assertThat(named(hostile).isCalled(hostile)).isTrue();
        assertThat(named(hostile).isCalled("web-1")).isFalse();
        assertThat(named("b\u00fcro").isCalled("Bu\u0308ro")).as("as a Mac types it").isTrue();
        assertThat(named(" padded ").isCalled("padded")).isTrue();
    }
}
