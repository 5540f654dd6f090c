package cloudops.execution.websocket.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.java_websocket.WebSocketImpl;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionJson;
import cloudops.execution.spi.EventHandler;

/**
 * Sends events to one client. It waits for the client while {@value #WAITING} messages wait, which holds up nobody else; a client that takes
 * nothing for too long is sent away.
 */
final class Client implements EventHandler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final int WAITING = 64;
    private static final int CLOSE_LIMIT_S = 5;

    private final WebSocketImpl connection;
    private final Duration patience;
    private volatile boolean open;
    private Runnable leave; // null before and after it hears of events; guarded by this
    private boolean closed; // guarded by this

    Client(WebSocketImpl connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    synchronized void listen(Function<EventHandler, Runnable> handlers) {
        if (!closed) {
            leave = handlers.apply(this);
        }
    }

    void opened() {
        open = true;
        channel().wake();
    }

    private GuardedChannel channel() {
        return (GuardedChannel) connection.getChannel();
    }

    @Override
    public void handle(ExecutionEvent event) {
        try {
            if (channel().await(() -> open && connection.outQueue.size() < WAITING, patience)) {
                connection.send(ExecutionJson.mapper().writerFor(ExecutionEvent.class).writeValueAsString(event));
            } else if (connection.isOpen()) {
                sendAway();
            }
        } catch (WebsocketNotConnectedException e) {
            LOG.debug("client went away", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("events are JSON", e);
        }
    }

    private void sendAway() {
        LOG.warn("client sent away: it took no events for {} s", patience.toSeconds());
        close();
        connection.close(CloseFrame.POLICY_VALIDATION, "too slow: no events were taken for " + patience.toSeconds() + " s");
        // the answer to that may never come
        CompletableFuture.delayedExecutor(CLOSE_LIMIT_S, TimeUnit.SECONDS)
                .execute(() -> connection.closeConnection(CloseFrame.POLICY_VALIDATION, "too slow"));
    }

    /** It hears of nothing more. */
    @Override
    public void close() {
        Runnable leaving;
        synchronized (this) {
            closed = true;
            leaving = leave;
            leave = null;
        }
        if (leaving != null) {
            leaving.run();
        }
    }
}
