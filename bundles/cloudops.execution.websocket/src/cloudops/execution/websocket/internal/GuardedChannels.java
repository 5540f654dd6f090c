package cloudops.execution.websocket.internal;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.WebSocketServerFactory;
import org.java_websocket.drafts.Draft;
import org.java_websocket.framing.CloseFrame;

/** Makes the connections of a server, and keeps those that do not come to a handshake few, short and small. */
final class GuardedChannels implements WebSocketServerFactory {

    private static final int MAX_OPEN = 64;
    private static final Executor HANDSHAKE_LIMIT = CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS);

    private final Draft draft;
    private final AtomicInteger open = new AtomicInteger();

    GuardedChannels(Draft draft) {
        this.draft = draft;
    }

    @Override
    public WebSocketImpl createWebSocket(WebSocketAdapter server, Draft unused) {
        return new WebSocketImpl(server, List.of(draft.copyInstance()));
    }

    @Override
    public WebSocketImpl createWebSocket(WebSocketAdapter server, List<Draft> unused) {
        return createWebSocket(server, draft);
    }

    @Override
    public ByteChannel wrapChannel(SocketChannel channel, SelectionKey key) throws IOException {
        if (open.get() >= MAX_OPEN) {
            channel.close();
            throw new IOException("too many connections");
        }
        open.incrementAndGet();
        var connection = (WebSocketImpl) key.attachment();
        HANDSHAKE_LIMIT.execute(() -> {
            if (!connection.isOpen()) {
                connection.closeConnection(CloseFrame.PROTOCOL_ERROR, "no handshake in time");
            }
        });
        return new GuardedChannel(channel, connection::isOpen, open::decrementAndGet);
    }

    @Override
    public void close() {
        // the connections are closed by the server
    }
}
