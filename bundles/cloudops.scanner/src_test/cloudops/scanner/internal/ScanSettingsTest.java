package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.scanner.spi.ScanContext;

@Timeout(30)
class ScanSettingsTest extends Scans {

    @Test
    void whatTheSettingsDoNotSayIsAsWithoutThem() {
        Map<String, Object> defaults = Arrays.stream(ScanSettings.Config.class.getDeclaredMethods())
                .collect(Collectors.toMap(Method::getName, Method::getDefaultValue));
        var limits = new ScanSettings(new TestConfig((int) defaults.get("accounts"), (int) defaults.get("regions"), (int) defaults.get("services"),
                (int) defaults.get("resources"), (int) defaults.get("iam"), (String) defaults.get("permissions"))).limits();

        assertThat(limits).isEqualTo(Limits.DEFAULT).isEqualTo(new Limits(1, 10, 10, 100, 50, Duration.ofHours(1)));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> new ScanSettings(new TestConfig(0, 10, 10, 100, 50, "1h")).limits()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("section scan of settings.json: accounts 0 is not in 1 to 1000");
        assertThatThrownBy(() -> new ScanSettings(new TestConfig(1, 10, 10, 1001, 50, "1h")).limits()).hasMessageContaining("resources 1001");
        assertThatThrownBy(() -> new ScanSettings(new TestConfig(1, 10, 10, 100, -1, "1h")).limits()).hasMessageContaining("iam -1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "1", "h", "1 h", "0m", "-5m", "1w", "1.5h", "9999999d", "$(reboot)", "\u0661h", "15m\n6h" })
    void whatIsNoSpanIsSaid(String text) {
        assertThatThrownBy(() -> Span.parse("full", text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("full '")
                .hasMessageEndingWith("try: 15m, 6h");
    }

    @Test
    void aScanWithSettingsThatMakeNoSenseFailsAndSaysWhatDoes() throws Exception {
        var scanner = scanner(new TestScanner("car"));
        aws.has("car", REGION, "a");
        scanner.settings = new ScanSettings(new TestConfig(1, 10, 10, 100, 50, "soon"));

        var result = scan(scanner, request());

        assertThat(result.complete()).isFalse();
        assertThat(result.errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo("InvalidSettings");
            assertThat(error.message()).isEqualTo("section scan of settings.json: permissions 'soon' is no span of time; try: 15m, 6h");
        });
        assertThat(estate.stored).isEmpty();
    }

    @Test
    void spansAreUnderstood() {
        assertThat(Span.parse("x", "90s")).hasSeconds(90);
        assertThat(Span.parse("x", " 15M ")).hasMinutes(15);
        assertThat(Span.parse("x", "6h")).hasHours(6);
        assertThat(Span.parse("x", "2d")).hasDays(2);
    }

    @Test
    void limitsHold() throws Exception {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var scanner = scanner(new TestScanner("car") {
            @Override
            public RawResource describe(RawResource raw, ScanContext context) throws InterruptedException {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
                now.decrementAndGet();
                return raw;
            }
        });
        aws.has("car", REGION, ids(300));
        scanner.settings = new ScanSettings(new TestConfig(1, 1, 1, 3, 1, "1h"));
        var asking = new AtomicInteger();
        var granted = permissions;
        permissions = (actions, arn) -> {
            assertThat(asking.incrementAndGet()).isEqualTo(1);
            asking.decrementAndGet();
            return granted.of(actions, arn);
        };

        assertThat(scan(scanner, request()).complete()).isTrue();
        assertThat(most.get()).isLessThanOrEqualTo(3);
    }
}
