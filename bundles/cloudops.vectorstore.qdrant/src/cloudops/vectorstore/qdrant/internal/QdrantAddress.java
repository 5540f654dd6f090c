package cloudops.vectorstore.qdrant.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server is: {@code qdrant://HOST[:PORT]}, or {@code qdrants://} with TLS, and perhaps {@code ?name=value&…} of
 * {@code api_key_file}, {@code ca_file} (certificates in PEM, instead of the JVM's) and {@code timeout_seconds}. No secret can be in it: addresses
 * are shown, logged and written into settings.
 *
 * @param timeout of one call to the server
 */
record QdrantAddress(String host, int port, boolean tls, Optional<Path> apiKeyFile, Optional<Path> caFile, Duration timeout) {

    static final String PLAIN = "qdrant";
    static final String TLS = "qdrants";

    /** Of Qdrant's gRPC interface. */
    private static final int USUAL_PORT = 6334;
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
    private static final int LONGEST_TIMEOUT_SECONDS = 3600;
    private static final Set<String> OPTIONS = Set.of("api_key_file", "ca_file", "timeout_seconds");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @throws IllegalArgumentException */
    static QdrantAddress parse(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            // not the address itself: what was typed there may be a secret
            throw wrong("it is no URL (" + e.getReason() + ")");
        }
        if (uri.getRawUserInfo() != null) {
            throw wrong("it has a name or password in it; set " + ApiKey.VARIABLE + " instead");
        }
        if (uri.getHost() == null) {
            throw wrong("it names no host");
        }
        if (uri.getRawFragment() != null || uri.getRawPath() != null && !uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/")) {
            throw wrong("it has a path, and the gRPC interface of Qdrant has none");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw wrong("there is no port " + uri.getPort());
        }
        var options = options(uri.getQuery());
        var tls = uri.getScheme().equals(TLS);
        if (!tls && options.containsKey("ca_file")) {
            throw wrong("ca_file is for " + TLS + "://");
        }
        return new QdrantAddress(uri.getHost(), uri.getPort() < 0 ? USUAL_PORT : uri.getPort(), tls, path(options, "api_key_file"),
                path(options, "ca_file"), timeout(options));
    }

    private static Map<String, String> options(String query) {
        var options = new HashMap<String, String>();
        for (var option : query == null ? new String[0] : query.split("&")) {
            var parts = option.split("=", 2);
            if (!OPTIONS.contains(parts[0]) || parts.length == 1) {
                throw wrong("it may have api_key_file=, ca_file= and timeout_seconds= behind the question mark, nothing else");
            }
            options.put(parts[0], parts[1]);
        }
        return options;
    }

    private static Optional<Path> path(Map<String, String> options, String name) {
        try {
            var path = Optional.ofNullable(options.get(name)).map(Path::of);
            if (path.isPresent() && !path.get().isAbsolute()) {
                throw wrong(name + " is not an absolute path, and the address is used from any folder");
            }
            return path;
        } catch (InvalidPathException e) {
            throw wrong(name + " is no path: " + e.getReason());
        }
    }

    private static Duration timeout(Map<String, String> options) {
        try {
            var seconds = options.get("timeout_seconds");
            var timeout = seconds == null ? USUAL_TIMEOUT : Duration.ofSeconds(Integer.parseInt(seconds));
            if (timeout.isPositive() && timeout.toSeconds() <= LONGEST_TIMEOUT_SECONDS) {
                return timeout;
            }
        } catch (NumberFormatException e) {
            throw wrong("timeout_seconds is no number");
        }
        throw wrong("timeout_seconds is not 1 to " + LONGEST_TIMEOUT_SECONDS);
    }

    private static IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("This is no address of a Qdrant server: " + why + "; try: " + PLAIN + "://host:" + USUAL_PORT);
    }

    /** Whether nobody on a network can listen. */
    boolean isPrivate() {
        return tls || THIS_MACHINE.contains(host);
    }

    @Override
    public String toString() {
        return (tls ? TLS : PLAIN) + "://" + host + ":" + port;
    }
}
