package cloudops.execution.websocket.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.spi.EventHandler;
import cloudops.model.Environment;

/**
 * Sends the events of this process to WebSocket clients on the same machine that know the token. Off unless somebody makes one: in the
 * products the section {@code events.websocket} of the settings. Where it listens and its token are written to a file of the home that
 * only the user can read, and nowhere else.
 */
@Component(factory = "cloudops.events.websocket", service = {})
public final class EventSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSocket.class);
    private static final int TOKEN_BYTES = 32;
    private static final int WAITING_CONNECTIONS = 16;

    private final EventServer server;
    private final Announcement announcement;

    /** Component properties. */
    public @interface Config {
        /** TCP port; 0 for one that is free. */
        int port() default 0;

        /** {@code 127.0.0.1} or {@code ::1}. */
        String address() default "127.0.0.1";

        /** Origins of web pages that may connect, such as {@code http://localhost:3000}; other pages may not. */
        String[] origins() default {};

        /** How many clients may be connected at a time. */
        int clients() default 16;

        /** Seconds after which a client is sent away that takes nothing of what waits for it. */
        int patience() default 10;
    }

    @Activate
    public EventSocket(Config config, @Reference Environment environment, BundleContext context) throws IOException {
        this(new InetSocketAddress(loopback(config.address()), config.port()), environment.home(), List.of(config.origins()), config.clients(),
                Duration.ofSeconds(config.patience()), handler -> context.registerService(EventHandler.class, handler, null)::unregister);
    }

    /**
     * @param address on the loopback interface
     * @param home under which it is announced
     * @param handlers takes the handler of a client that connects; what it returns takes the handler out again
     * @throws IOException when the port is taken or the announcement cannot be written
     */
    EventSocket(InetSocketAddress address, Path home, List<String> origins, int clients, Duration patience,
            Function<EventHandler, Runnable> handlers) throws IOException {
        var channel = listen(address);
        try {
            var bound = (InetSocketAddress) channel.getLocalAddress();
            var token = newToken();
            announcement = new Announcement(home, bound, token);
            server = new EventServer(channel, new Admission(bound.getPort(), token, origins), clients, patience, handlers);
            server.start();
            LOG.info("events over WebSocket address={} announcement={}", bound, announcement.file());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static InetAddress loopback(String address) throws IOException {
        return switch (address) {
            case "127.0.0.1", "::1" -> InetAddress.getByName(address); // no name: nothing is looked up
            default -> throw new IllegalArgumentException(
                    "events.websocket: address must be 127.0.0.1 or ::1, and is '" + address + "'; try: leave it out");
        };
    }

    private static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        if (!address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("not on the loopback interface: " + address);
        }
        var channel = ServerSocketChannel.open();
        try {
            return channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address, WAITING_CONNECTIONS);
        } catch (IOException e) {
            channel.close();
            throw new IOException("events.websocket: cannot listen on " + address + ": " + e.getMessage()
                    + "; try: another port, or 0 for one that is free", e);
        }
    }

    private static String newToken() {
        var bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    Path announcement() {
        return announcement.file();
    }

    /** Sends the clients away and frees the port. */
    @Override
    @Deactivate
    public void close() {
        announcement.close();
        server.close();
    }
}
