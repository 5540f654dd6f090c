package cloudops.execution.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncTest {

    private final Semaphore tried = new Semaphore(0);
    private final AtomicInteger tries = new AtomicInteger();

    @TempDir
    private Path folder;

    private HistoryFile file(HistoryFile.Disk disk) {
        return new HistoryFile(folder.resolve("history.log"), new HomeLock(folder.resolve("history.lock")), path -> {
            tries.incrementAndGet();
            try {
                disk.sync(path);
            } finally {
                tried.release();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "checked", "unchecked", "error" })
    void triesAgainAfterAFailure(String kind) throws Exception {
        var file = file(path -> {
            switch (kind) {
                case "checked" -> throw new IOException("a made-up failure");
                case "unchecked" -> throw new IllegalStateException("a made-up failure");
                default -> throw new OutOfMemoryError("a made-up failure");
            }
        });
        for (int i = 0; i < 3; i++) {
            int before = tries.get();
            // the thread that failed may still be on its way out, and then takes this along
            for (int attempt = 0; attempt < 1_000 && tries.get() == before; attempt++) {
                file.syncSoon();
                tried.tryAcquire(5, TimeUnit.MILLISECONDS);
            }
            assertThat(tries.get()).isGreaterThan(before);
        }
    }

    @Test
    void thoseWhoAskMeanwhileShareOneWrite() throws Exception {
        var go = new Semaphore(0);
        var file = file(path -> go.acquireUninterruptibly());
        for (int i = 0; i < 100; i++) {
            file.syncSoon();
        }
        go.release(2);
        assertThat(tried.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
        go.release(100);
        tried.tryAcquire(1, 200, TimeUnit.MILLISECONDS);
        assertThat(tries.get()).isLessThanOrEqualTo(2);
    }
}
