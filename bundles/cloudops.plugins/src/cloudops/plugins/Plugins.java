package cloudops.plugins;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.osgi.annotation.versioning.ProviderType;

import cloudops.plugins.Plugin.Installed;
import cloudops.plugins.Plugin.Offered;

/**
 * Scanner plug-ins of the running product: installs, updates and removes them without a restart. The next scan uses a scanner that came, and no
 * longer one that went; a scan that runs uses it to its end.
 *
 * <p>Where plug-ins come from is a site, a URI: a p2 repository ({@code https}, {@code http} or {@code file}), or the jar of one bundle
 * ({@code file}). Everything that is fetched is checked before any of it reaches the product: it must be signed with the certificate of this
 * product, be what it says it is, and do nothing but add bundles. What is refused leaves the product as it was.
 *
 * <p>Thread-safe; changes wait for each other. Nothing is null unless it says so.
 */
@ProviderType
public interface Plugins {

    /** More than a letter: a drive is none. */
    Pattern URI_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

    /**
     * The address of a site as people write it: an absolute URI, or a path.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static URI site(String text) {
        return URI_SCHEME.matcher(text).lookingAt() ? URI.create(text) : Path.of(text).toAbsolutePath().normalize().toUri();
    }

    /** The sites that the settings name, in their order, and the folder {@code plug-in-site} of the product where there is one. */
    List<URI> sites();

    /**
     * What a site offers: the newest version of each plug-in, sorted by ID.
     *
     * @throws PluginException when the site cannot be read
     */
    List<Offered> available(URI site) throws PluginException;

    /** The plug-ins of this product, sorted by ID; what the product came with is none. */
    List<Installed> installed() throws PluginException;

    /**
     * Installs the newest version of a plug-in that the sites offer, or brings it to that version.
     *
     * @param id the plug-in's ID, or its last part where that is unambiguous: {@code dynamodb}
     * @param from the only site to look at; empty for {@link #sites}
     * @param warnings is told what a person should know who allowed it
     * @throws PluginException when that cannot be done, with the reason; the product is then as it was
     */
    Change install(String id, Optional<URI> from, Trust trust, Consumer<String> warnings) throws PluginException;

    /**
     * Brings plug-ins to the newest version that their site, or one of {@link #sites}, offers.
     *
     * @param id the only plug-in to update, as in {@link #install}; empty for all
     * @return a change a plug-in, such as are up to date included
     */
    List<Change> update(Optional<String> id, Optional<URI> from, Trust trust, Consumer<String> warnings) throws PluginException;

    /** Takes a plug-in out of the product. @param id of an installed one, as in {@link #install} */
    Change remove(String id) throws PluginException;

    /**
     * What became of a plug-in.
     *
     * @param from the version that was there; null for none
     * @param to the version that is there; null for none
     */
    record Change(String id, String from, String to) {
    }

    /**
     * What a person takes upon themself.
     *
     * @param unsigned content that is not signed with the product's certificate, or was changed since
     * @param downgrade an older version in the place of a newer one
     */
    record Trust(boolean unsigned, boolean downgrade) {

        public static final Trust STRICT = new Trust(false, false);
    }
}
