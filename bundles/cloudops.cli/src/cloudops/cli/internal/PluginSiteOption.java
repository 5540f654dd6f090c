package cloudops.cli.internal;

import java.net.URI;
import java.util.Optional;

import cloudops.plugins.Plugins;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a plug-in comes from. */
final class PluginSiteOption {

    @Option(names = "--from", paramLabel = "URL", converter = Site.class,
            description = "The one site to look at (a p2 repository, or the jar of one bundle; a path will do), instead of those that plugins sites lists.")
    private URI site;

    Optional<URI> site() {
        return Optional.ofNullable(site);
    }

    /** Reads an address or a path. */
    static final class Site implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                return Plugins.site(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is no address: " + e.getMessage());
            }
        }
    }
}
