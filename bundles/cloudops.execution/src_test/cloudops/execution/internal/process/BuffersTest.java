package cloudops.execution.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BuffersTest {

    private Buffers.Pool pool;

    @BeforeEach
    void makePool() {
        assumeTrue(LibC.available().isPresent(), "this JVM or system cannot start processes through the C library");
        pool = new Buffers.Pool(LibC.available().get());
    }

    @Test
    void keepsFewOfAPeak() {
        var peak = Stream.generate(pool::take).limit(1_000).toList();
        assertThat(peak).allMatch(buffers -> buffers.size() <= 64 * 1024 && buffers.block().bytes.capacity() == buffers.size());
        peak.forEach(pool::give);

        var again = Stream.generate(pool::take).limit(1_000).toList();
        assertThat(sameOf(again, peak)).isEqualTo(Buffers.Pool.KEPT);
    }

    @Test
    void enlargesOnlySome() {
        var busy = Stream.generate(pool::take).limit(100).map(pool::enlarged).toList();
        assertThat(busy.stream().filter(buffers -> buffers.size() == Buffers.Pool.LARGE)).hasSize(Buffers.Pool.KEPT);
        busy.forEach(pool::give);

        var large = pool.enlarged(pool.take());
        assertThat(large.size()).isEqualTo(Buffers.Pool.LARGE);
        assertThat(pool.enlarged(large)).isSameAs(large);
    }

    @Test
    void keepsNothingOnceClosed() {
        var before = Stream.generate(pool::take).limit(3).toList();
        pool.give(before.get(0));
        pool.close();
        pool.give(before.get(1));

        assertThat(sameOf(Stream.generate(pool::take).limit(3).toList(), before)).isZero();
    }

    private static long sameOf(List<Buffers> these, List<Buffers> those) {
        var known = Collections.newSetFromMap(new IdentityHashMap<Buffers, Boolean>());
        known.addAll(those);
        return these.stream().filter(known::contains).count();
    }
}
