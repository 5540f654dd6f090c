package cloudops.plugins.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.eclipse.equinox.p2.metadata.IArtifactKey;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.query.QueryUtil;

import cloudops.plugins.Plugin.Offered;

/**
 * What a site has, as p2 sees it.
 *
 * @param units everything, what the plug-ins consist of included
 */
record Site(URI uri, Collection<IInstallableUnit> units, Content content) {

    private static final String GROUP = ".feature.group";
    private static final String FEATURE = ".feature";
    private static final String BUNDLE = "osgi.bundle";
    private static final String TYPE = "org.eclipse.equinox.p2.eclipse.type";

    /** Gets an artifact. */
    interface Content {
        void fetch(IArtifactKey key, Path to) throws IOException;
    }

    /** The plug-ins, newest version each, by ID: the features; the bundles, where there is no feature. */
    Map<String, IInstallableUnit> plugins() {
        var features = units.stream().filter(unit -> QueryUtil.isGroup(unit) && !QueryUtil.isCategory(unit)).toList();
        var plugins = new TreeMap<String, IInstallableUnit>();
        for (var unit : features.isEmpty() ? units.stream().filter(Site::isBundle).toList() : features) {
            plugins.merge(id(unit), unit, (one, other) -> one.getVersion().compareTo(other.getVersion()) < 0 ? other : one);
        }
        return plugins;
    }

    List<Offered> offers() {
        return plugins().entrySet().stream().map(plugin -> new Offered(plugin.getKey(), name(plugin.getValue()),
                plugin.getValue().getVersion().toString(), uri)).sorted(Comparator.comparing(Offered::id)).toList();
    }

    /** What people call the plug-in of which {@code unit} is the root. */
    static String id(IInstallableUnit unit) {
        return withoutEnd(withoutEnd(unit.getId(), GROUP), FEATURE);
    }

    static String name(IInstallableUnit unit) {
        var name = unit.getProperty(IInstallableUnit.PROP_NAME);
        if (name != null && name.startsWith("%")) {
            name = unit.getProperty("df_LT." + name.substring(1)); // where p2 keeps the texts of the default language
        }
        return name == null ? id(unit) : name;
    }

    private static String withoutEnd(String id, String end) {
        return id.endsWith(end) ? id.substring(0, id.length() - end.length()) : id;
    }

    private static boolean isBundle(IInstallableUnit unit) {
        return unit.getProvidedCapabilities().stream().anyMatch(capability -> capability.getNamespace().equals(BUNDLE));
    }

    /** Whether it is for the framework: no feature, and no bundle of sources, which p2 keeps for tools. */
    static boolean isToRun(IInstallableUnit unit) {
        return unit.getProvidedCapabilities().stream()
                .anyMatch(capability -> capability.getNamespace().equals(TYPE) && capability.getName().equals("bundle"));
    }
}
