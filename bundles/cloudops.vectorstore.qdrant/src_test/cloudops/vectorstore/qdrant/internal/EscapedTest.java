package cloudops.vectorstore.qdrant.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.Test;

class EscapedTest {

    private static final List<String> TEXTS = List.of("", "eu-central-1", "\\", "\\u0000", "\0", "a\0b", "😀", "\ud83d", "\ude00\ud83d", "\\\ud83d",
            "قاعدة", "a=b", "=", "\\=", "x\\u", "\uffff");

    @Test
    void everyTextComesBack() {
        for (var text : TEXTS) {
            var escaped = Escaped.escape(text);
            assertThat(Escaped.unescape(escaped)).isEqualTo(text);
            assertThat(new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).as("survives as UTF-8").isEqualTo(escaped);
            assertThat(escaped).doesNotContain("\0");
        }
        assertThat(Escaped.escape("eu-central-1 😀")).as("stays readable").isEqualTo("eu-central-1 😀");
    }

    @Test
    void noTwoEntriesHaveOneTerm() {
        var terms = new HashSet<String>();
        for (var field : TEXTS) {
            for (var value : TEXTS) {
                assertThat(terms.add(Escaped.term(field, value))).as(field + " = " + value).isTrue();
                assertThat(terms.add(Escaped.term(field, value + "x".repeat(600)))).isTrue();
            }
        }
        assertThat(Escaped.term("region", "eu-central-1")).isEqualTo("region=eu-central-1");
        assertThat(Escaped.term("name", "x".repeat(50_000))).hasSizeLessThan(100);
    }

    @Test
    void refusesWhatItDidNotWrite() {
        for (var text : List.of("\\", "\\n", "\\u12", "\\uxyzw")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Escaped.unescape(text));
        }
    }
}
