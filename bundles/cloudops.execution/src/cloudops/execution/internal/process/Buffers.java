package cloudops.execution.internal.process;

import java.util.ArrayDeque;
import java.util.Deque;

import cloudops.execution.internal.process.LibC.Block;

/**
 * Memory for reading one process's output.
 *
 * @param block for the C library
 * @param bytes of the same size, for everybody else
 */
record Buffers(Block block, byte[] bytes) {

    int size() {
        return bytes.length;
    }

    /**
     * Where buffers come from and go to, since to make them takes longer than many a command. Every process gets small ones; large ones there
     * are only a few of, for those that print a lot, so that a thousand processes at once take no more memory than they need. Thread-safe.
     */
    static final class Pool implements AutoCloseable {

        static final int SMALL = 32 * 1024;
        static final int LARGE = 256 * 1024;
        static final int KEPT = 16;

        private final LibC c;
        // all guarded by this
        private final Deque<Buffers> small = new ArrayDeque<>();
        private final Deque<Buffers> large = new ArrayDeque<>();
        private int lent; // of the large ones
        private boolean closed;

        Pool(LibC c) {
            this.c = c;
        }

        Buffers take() {
            var taken = pop(small);
            return taken == null ? make(SMALL) : taken;
        }

        /** @return large ones in their place, or the same where there are none left */
        Buffers enlarged(Buffers buffers) {
            if (buffers.size() == LARGE || !lend()) {
                return buffers;
            }
            Buffers larger = null;
            try {
                larger = pop(large);
                larger = larger == null ? make(LARGE) : larger;
            } catch (OutOfMemoryError e) {
                // the small ones do as well
            }
            if (larger == null) {
                returned();
                return buffers;
            }
            give(buffers);
            return larger;
        }

        private synchronized boolean lend() {
            if (lent == KEPT) {
                return false;
            }
            lent++;
            return true;
        }

        private synchronized void returned() {
            lent--;
        }

        /** Takes back what nobody uses any more. */
        synchronized void give(Buffers buffers) {
            var kept = buffers.size() == LARGE ? large : small;
            if (buffers.size() == LARGE) {
                lent--;
            }
            if (!closed && kept.size() < KEPT) {
                kept.push(buffers);
            }
        }

        private synchronized Buffers pop(Deque<Buffers> kept) {
            return kept.poll();
        }

        private Buffers make(int size) {
            return new Buffers(c.allocate(size), new byte[size]);
        }

        /** Keeps nothing any more. */
        @Override
        public synchronized void close() {
            closed = true;
            small.clear();
            large.clear();
        }
    }
}
