package cloudops.plugins.internal;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

import cloudops.plugins.Plugins;

/** The sites in the section {@code plugins} of the settings; without it there are none. */
@Component(factory = "cloudops.plugins", service = ConfiguredSites.class)
public final class ConfiguredSites {

    private final List<URI> sites;

    /** Component properties. */
    public @interface Config {
        /** Addresses ({@code https:}, {@code http:}, {@code file:}) or paths. */
        String[] sites() default {};
    }

    /** @throws IllegalArgumentException when one is no address */
    @Activate
    public ConfiguredSites(Config config) {
        sites = Stream.of(config.sites()).map(Plugins::site).toList();
    }

    List<URI> sites() {
        return sites;
    }
}
