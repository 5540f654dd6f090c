package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.scanner.internal.SyncSettings.Queue;

class SyncSettingsTest {

    private static final String URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/changes";

    private record Config(String full, String incremental, String[] profiles, String queue, String queue__profile, String queue__region)
            implements SyncSettings.Config {

        @Override
        public Class<? extends Annotation> annotationType() {
            return SyncSettings.Config.class;
        }
    }

    private static SyncSettings.Plan plan(String queue, String region) {
        return new SyncSettings(new Config("6h", "15m", new String[] { "a", "b" }, queue, "ops", region)).plan();
    }

    @Test
    void whatTheSettingsDoNotSayIsAsWithoutThem() throws Exception {
        var defaults = SyncSettings.Config.class;
        assertThat(Span.parse("full", (String) defaults.getMethod("full").getDefaultValue())).isEqualTo(SyncSettings.DEFAULT.full());
        assertThat(Span.parse("incremental", (String) defaults.getMethod("incremental").getDefaultValue())).isEqualTo(SyncSettings.DEFAULT.incremental());
        assertThat(plan("", "").queue()).isEmpty();
        assertThat(plan("", "").profiles()).containsExactly("a", "b");
    }

    @Test
    void theNamesOfSettingsAreThoseOfTheDocumentation() {
        // what Declarative Services makes of a method's name
        assertThat(Arrays.stream(SyncSettings.Config.class.getDeclaredMethods())
                .map(method -> method.getName().replace("__", "\u0000").replace('_', '.').replace('\u0000', '_')))
                .containsExactlyInAnyOrder("full", "incremental", "profiles", "queue", "queue_profile", "queue_region");
    }

    @Test
    void theRegionOfAQueueIsNamedOrInItsUrl() {
        assertThat(plan(URL, "").queue()).isEqualTo(Optional.of(new Queue(URL, "ops", "eu-west-1")));
        assertThat(plan(URL, "us-east-1").queue()).map(Queue::region).contains("us-east-1");
        assertThat(plan("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", "").queue()).map(Queue::region).contains("cn-north-1");
        assertThat(plan("http://127.0.0.1:4566/123456789012/q", "").queue().orElseThrow().region()).isNull();
        assertThat(List.of(plan("https://sqs.us-east-1.amazonaws.com.evil.example/1/q", "").queue().orElseThrow().toString()))
                .allMatch(text -> text.contains("region=null"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "changes", "ftp://sqs.us-east-1.amazonaws.com/1/q", "https://", "https://user:secret@sqs.us-east-1.amazonaws.com/1/q",
            "$(reboot)", "https://a b/q" })
    void whatIsNoQueueIsSaidWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> plan(url, "")).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("section sync of settings.json: queue is no URL of an SQS queue; try:")
                .message().doesNotContain("secret");
    }
}
