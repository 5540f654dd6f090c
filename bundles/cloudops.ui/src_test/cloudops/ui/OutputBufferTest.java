package cloudops.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import cloudops.ui.OutputBuffer.Kind;
import cloudops.ui.OutputBuffer.Line;

class OutputBufferTest {

    private final OutputBuffer buffer = new OutputBuffer();

    @Test
    void handsOutWhatIsNew() {
        buffer.add(Kind.STDOUT, "one");
        var first = buffer.since(0);
        assertThat(first.lines()).containsExactly(new Line(Kind.STDOUT, "one"));
        assertThat(buffer.since(first.next()).lines()).isEmpty();
        buffer.add(Kind.STDERR, "two");
        assertThat(buffer.since(first.next()).lines()).containsExactly(new Line(Kind.STDERR, "two"));
        assertThat(buffer.since(0).lines()).hasSize(2);
    }

    @Test
    void forgetsTheOldestAndSaysHowMany() {
        for (var i = 0; i < OutputBuffer.CAPACITY + 5; i++) {
            buffer.add(Kind.STDOUT, "line " + i);
        }
        var all = buffer.since(0);
        assertThat(all.lost()).isEqualTo(5);
        assertThat(all.lines()).hasSize(OutputBuffer.CAPACITY);
        assertThat(all.lines().getFirst().text()).isEqualTo("line 5");
        assertThat(buffer.since(OutputBuffer.CAPACITY).lines()).hasSize(5);
    }

    @Test
    void tellsItsListeners() {
        var heard = new AtomicInteger();
        var subscription = buffer.changes().listen(heard::incrementAndGet);
        buffer.add(Kind.NOTE, "one");
        subscription.close();
        subscription.close();
        buffer.add(Kind.NOTE, "two");
        assertThat(heard).hasValue(1);
    }
}
