package cloudops.vectorstore.lucene.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class PayloadFormatTest {

    @Test
    void bringsBackEveryString() {
        var payload = Map.of("", List.of("", "\ud800", "\udc00\ud800"), "no values", List.<String>of(), "long", List.of("é".repeat(70_000)));

        assertThat(PayloadFormat.decode(ByteBuffer.wrap(PayloadFormat.encode(payload)))).isEqualTo(payload);
    }

    @Test
    void refusesWhatWasCutOrChanged() {
        var bytes = PayloadFormat.encode(Map.of("field", List.of("one", "two"), "other", List.of("x")));

        for (int length = 0; length < bytes.length; length++) {
            var cut = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
            assertThatIllegalArgumentException().isThrownBy(() -> PayloadFormat.decode(cut));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> PayloadFormat.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1))));
        for (byte huge : new byte[] { 0x7F, -1 }) {
            var changed = bytes.clone();
            changed[0] = huge;
            assertThatIllegalArgumentException().isThrownBy(() -> PayloadFormat.decode(ByteBuffer.wrap(changed)));
        }
    }

    @Test
    void termsDifferWhereEntriesDo() {
        var texts = List.of("", "a", "b", "ab", "\u0000", "\ud800", "\ud801", "x".repeat(300), "x".repeat(301), "x".repeat(100_000));
        var terms = texts.stream().flatMap(field -> texts.stream().map(value -> PayloadFormat.term(field, value))).toList();

        assertThat(terms).doesNotHaveDuplicates().allMatch(term -> term.length <= 512);
    }
}
