package cloudops.plugins;

import java.net.URI;
import java.util.Comparator;
import java.util.Optional;

import org.osgi.framework.Version;

/** A plug-in as a site offers it or the product has it. */
public sealed interface Plugin {

    /** Older versions first, numbers as numbers. */
    Comparator<String> VERSIONS = Comparator.comparing(Version::parseVersion);

    /** {@code cloudops.scanner.dynamodb}. */
    String id();

    /** For people. */
    String name();

    /** {@code 1.0.0.202601021504}. */
    String version();

    /** One that a site offers. */
    record Offered(String id, String name, String version, URI site) implements Plugin {
    }

    /** One that the product has. @param site where it came from */
    record Installed(String id, String name, String version, Optional<URI> site) implements Plugin {
    }
}
