package cloudops.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import cloudops.json.YamlDocument.SyntaxException;

class YamlDocumentTest {

    @Test
    void knowsTheLineOfEverything() throws SyntaxException {
        var document = new YamlDocument("""
                # a comment
                a: 1
                list:
                  - x
                  - {b: [2, 3]}
                "odd/~name": |
                  text
                """);

        assertThat(document.root().toString()).isEqualTo("{\"a\":1,\"list\":[\"x\",{\"b\":[2,3]}],\"odd/~name\":\"text\\n\"}");
        assertThat(document.line("/a")).isEqualTo(2);
        assertThat(document.line("/list/0")).isEqualTo(4);
        assertThat(document.line("/list/1/b/1")).isEqualTo(5);
        assertThat(document.line("/odd~1~0name")).isEqualTo(6);
        assertThat(document.line("/list/1/missing/3")).as("of what is around it").isEqualTo(5);
    }

    @Test
    void readsJsonWithTabsAndAByteOrderMark() throws SyntaxException {
        var document = new YamlDocument("\uFEFF{\n\t\"a\": 1.50,\n\t\"b\": [\n\t\ttrue, null, 123456789012345678901234567890]\n}\n".getBytes(StandardCharsets.UTF_8));

        assertThat(document.root().toString()).isEqualTo("{\"a\":1.50,\"b\":[true,null,123456789012345678901234567890]}");
        assertThat(document.line("/b/2")).isEqualTo(4);
        assertThat(new YamlDocument("\uFEFFa: b").root().toString()).isEqualTo("{\"a\":\"b\"}");
    }

    @Test
    void yamlNumbersOfAnySizeAreRead() throws SyntaxException {
        assertThat(new YamlDocument("a: 123456789012345678901234567890\nb: -9223372036854775808\nc: 0.10").root().toString())
                .isEqualTo("{\"a\":123456789012345678901234567890,\"b\":-9223372036854775808,\"c\":0.10}");
    }

    static Stream<Arguments> bad() {
        return Stream.of(Arguments.of("", 0, "empty"), Arguments.of("# nothing\n", 0, "empty"), Arguments.of("a: 1\na: 2\n", 2, "Duplicate"),
                Arguments.of("{\"a\":1,\n\"a\":2}", 2, "Duplicate"), Arguments.of("a: 1\n---\nb: 2\n", 3, "second document"),
                Arguments.of("{\"a\":1}\n{\"b\":2}", 2, "second document"), Arguments.of("a: &x 1\nb: *x\n", 2, "alias"),
                Arguments.of("a: &a [1]\nb: &b [*a,*a]\nc: [*b,*b]\n", 2, "alias"), Arguments.of("a: [1\n", 2, "expected"),
                Arguments.of("a:\n\t- 1\n", 2, "TAB"), Arguments.of("{\"a\": 1", 1, "end-of-input"), Arguments.of("{'a': 1}", 1, "Unexpected"),
                Arguments.of("[".repeat(100_000), 0, ""), Arguments.of("{\"a\":".repeat(100_000), 0, ""), Arguments.of("- ".repeat(100_000), 0, ""),
                Arguments.of("a: \u0000", 0, ""));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWithTheLine(String text, int line, String message) {
        assertThatThrownBy(() -> new YamlDocument(text)).isInstanceOfSatisfying(SyntaxException.class, e -> {
            assertThat(e.getMessage()).contains(message).isNotBlank();
            if (line > 0) {
                assertThat(e.line()).isEqualTo(line);
            }
        });
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThatThrownBy(() -> new YamlDocument(new byte[] {'a', ':', ' ', (byte) 0xe4})).isInstanceOf(SyntaxException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void yamlsOddNumbersAreNoSurprise() {
        for (var text : new String[] {"a: .inf", "a: .nan", "a: -.INF", "a: 0x1F", "a: 1_000", "a: 0o17", "a: 1e999999999", "a: !!binary aGk=", "a: !!java.net.URL x"}) {
            try {
                assertThat(new YamlDocument(text).root().get("a")).as(text).isNotNull();
            } catch (SyntaxException e) {
                assertThat(e.line()).as(text).isEqualTo(1);
            }
        }
    }
}
