package cloudops.execution.websocket.internal;

import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.WebSocketServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.spi.EventHandler;

/** Lets clients in and makes each an event handler of its own, so that none waits for another. Takes nothing from them. */
final class EventServer extends WebSocketServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventServer.class);
    private static final int MAX_FRAME_BYTES = 1024; // of what clients send
    private static final int LOST_AFTER_S = 30;
    private static final int STOP_LIMIT_MS = 1_000;

    private final Admission admission;
    private final int limit;
    private final Duration patience;
    private final Function<EventHandler, Runnable> handlers;
    private final Map<WebSocket, Client> clients = new ConcurrentHashMap<>();

    /** @param channel listens; closed together with the server */
    EventServer(ServerSocketChannel channel, Admission admission, int limit, Duration patience,
            Function<EventHandler, Runnable> handlers) {
        super(channel);
        this.admission = admission;
        this.limit = limit;
        this.patience = patience;
        this.handlers = handlers;
        setWebSocketFactory(new GuardedChannels(new Draft_6455(List.of(), List.of(new Protocol("")), MAX_FRAME_BYTES)));
        setConnectionLostTimeout(LOST_AFTER_S);
        setDaemon(true);
        setTcpNoDelay(true);
        setReuseAddr(true); // else the port stays taken for a minute after clients were sent away
    }

    /** The client hears of what starts from before it is answered. */
    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(WebSocket connection, Draft draft, ClientHandshake request)
            throws InvalidDataException {
        var refusal = clients.size() >= limit ? Optional.of("too many clients") : admission.refusal(request);
        if (refusal.isPresent()) {
            LOG.warn("client refused: {}", refusal.get());
            throw new InvalidDataException(CloseFrame.POLICY_VALIDATION, refusal.get());
        }
        var answer = super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
        var client = new Client((WebSocketImpl) connection, patience);
        clients.put(connection, client);
        client.listen(handlers);
        return answer;
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake request) {
        var client = clients.get(connection);
        if (client != null) {
            client.opened();
        }
    }

    @Override
    protected boolean removeConnection(WebSocket connection) {
        var client = clients.remove(connection);
        if (client != null) {
            client.close();
        }
        return super.removeConnection(connection);
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
        LOG.debug("client gone code={}", code);
    }

    @Override
    public void onMessage(WebSocket connection, String message) {
        connection.close(CloseFrame.REFUSE, "this server takes no messages");
    }

    @Override
    public void onMessage(WebSocket connection, ByteBuffer message) {
        connection.close(CloseFrame.REFUSE, "this server takes no messages");
    }

    @Override
    public void onError(WebSocket connection, Exception problem) {
        if (connection == null) {
            LOG.warn("events are no longer sent over WebSocket", problem);
        } else {
            LOG.debug("connection failed", problem);
        }
    }

    @Override
    public void onStart() {
        LOG.debug("listening");
    }

    @Override
    public void close() {
        clients.values().forEach(Client::close);
        try {
            stop(STOP_LIMIT_MS, "the program ends");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
