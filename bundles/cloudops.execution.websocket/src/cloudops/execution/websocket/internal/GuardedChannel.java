package cloudops.execution.websocket.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A client's socket, which takes only so much before the handshake and says when something was written. */
final class GuardedChannel implements ByteChannel {

    private static final int MAX_HANDSHAKE_BYTES = 16 * 1024;

    private final SocketChannel socket;
    private final BooleanSupplier handshakeDone;
    private final Runnable whenClosed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private int handshakeBytes;
    private boolean closed; // guarded by lock

    GuardedChannel(SocketChannel socket, BooleanSupplier handshakeDone, Runnable whenClosed) {
        this.socket = socket;
        this.handshakeDone = handshakeDone;
        this.whenClosed = whenClosed;
    }

    /**
     * Waits until {@code ready}, which is asked whenever something was written.
     *
     * @return false when it is not ready though nothing was written for so long, or the channel was closed
     */
    boolean await(BooleanSupplier ready, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !ready.getAsBoolean()) {
                if (!moved.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = socket.read(target);
        if (count > 0 && !handshakeDone.getAsBoolean()) {
            handshakeBytes += count;
            if (handshakeBytes > MAX_HANDSHAKE_BYTES) {
                throw new IOException("the handshake is too long");
            }
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = socket.write(source);
        if (count > 0) {
            wake();
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        boolean first;
        lock.lock();
        try {
            first = !closed;
            closed = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        if (first) {
            whenClosed.run();
        }
        socket.close();
    }
}
