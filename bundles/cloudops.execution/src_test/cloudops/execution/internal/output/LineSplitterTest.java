package cloudops.execution.internal.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.ExecutionEngine.Stream;

class LineSplitterTest {

    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter = new LineSplitter((stream, line) -> lines.add(line));

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 5, 1000 })
    void doesNotCareHowBytesArrive(int size) {
        add("one\n\u00e4\u00f6\r\n\n\uD83D\uDE00 four", size);

        assertThat(lines).containsExactly("one", "\u00e4\u00f6", "", "\uD83D\uDE00 four");
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "\u00e4", "\u20ac", "\uD83D\uDE00" })
    void cutsLongLinesBetweenCharacters(String character) {
        var text = "a" + character.repeat(100_000);
        add(text + "\nend\n", 10_007);

        assertThat(lines).hasSizeGreaterThan(2).last().isEqualTo("end");
        assertThat(String.join("", lines.subList(0, lines.size() - 1))).isEqualTo(text);
        assertThat(lines).allMatch(line -> line.getBytes(StandardCharsets.UTF_8).length <= LineSplitter.LIMIT);
    }

    @Test
    void cutsLongInvalidBytesToo() {
        var bytes = new byte[200_000];
        Arrays.fill(bytes, (byte) 0x80);
        splitter.add(Stream.STDOUT, bytes);
        splitter.end();

        assertThat(String.join("", lines)).isEqualTo("\uFFFD".repeat(200_000));
    }

    private void add(String text, int size) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += size) {
            splitter.add(Stream.STDOUT, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
        }
        splitter.end();
    }
}
