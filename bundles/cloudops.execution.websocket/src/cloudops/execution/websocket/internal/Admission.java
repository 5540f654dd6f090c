package cloudops.execution.websocket.internal;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.java_websocket.handshake.ClientHandshake;

/**
 * Says who may connect: those that know the token. Web pages beyond that only when they are named, and never by another name of this machine:
 * a page that has its own name resolved to 127.0.0.1 would send that name as the host.
 */
final class Admission {

    private static final String BEARER = "bearer ";
    private static final String PARAMETER = "token=";

    private final Set<String> hosts;
    private final byte[] token;
    private final List<String> origins;

    Admission(int port, String token, List<String> origins) {
        hosts = Set.of("127.0.0.1:" + port, "[::1]:" + port, "localhost:" + port);
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.origins = List.copyOf(origins);
    }

    /** As in an URL. */
    static String host(InetSocketAddress address) {
        var ip = address.getAddress();
        return (ip instanceof Inet6Address ? "[::1]" : ip.getHostAddress()) + ":" + address.getPort();
    }

    /** Why the client is not let in; empty when it is. Nothing secret is in it. */
    Optional<String> refusal(ClientHandshake request) {
        if (!hosts.contains(request.getFieldValue("Host").toLowerCase(Locale.ROOT))) {
            return Optional.of("the host is not this machine");
        }
        if (request.hasFieldValue("Origin") && !origins.contains(request.getFieldValue("Origin"))) {
            return Optional.of("the origin is not among those that may connect");
        }
        return MessageDigest.isEqual(token, presented(request).getBytes(StandardCharsets.UTF_8)) ? Optional.empty()
                : Optional.of("no token or a wrong one");
    }

    private static String presented(ClientHandshake request) {
        var header = request.getFieldValue("Authorization");
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return header.substring(BEARER.length()).strip();
        }
        // browsers cannot set headers
        var resource = request.getResourceDescriptor();
        var query = resource.substring(resource.indexOf('?') + 1);
        return Arrays.stream(query.split("&")).filter(parameter -> parameter.startsWith(PARAMETER)).findFirst()
                .map(parameter -> parameter.substring(PARAMETER.length())).orElse("");
    }
}
