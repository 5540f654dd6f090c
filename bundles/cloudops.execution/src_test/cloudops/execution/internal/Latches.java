package cloudops.execution.internal;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Waiting where only an {@link IOException} may be thrown, as in the histories and stores of tests. */
public final class Latches {

    private Latches() {
    }

    public static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
