package cloudops.plugins.internal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;

import org.eclipse.equinox.internal.p2.metadata.IRequiredCapability;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.metadata.IProvidedCapability;
import org.eclipse.equinox.p2.metadata.IRequirement;
import org.eclipse.equinox.p2.query.IQueryable;
import org.eclipse.equinox.p2.query.QueryUtil;

/** Says in plain words why a plug-in does not fit a product. p2 decides it too, but names the plug-in's innermost parts and no versions. */
final class Fit {

    private static final String PACKAGE = "java.package";
    private static final String SCANNER_INTERFACE = "cloudops.scanner.spi";

    private final Collection<IInstallableUnit> offered;
    private final IQueryable<IInstallableUnit> product;

    Fit(Collection<IInstallableUnit> offered, IQueryable<IInstallableUnit> product) {
        this.offered = offered;
        this.product = product;
    }

    /** What keeps {@code plugin} from working in the product, to follow its name; empty when nothing is known to. */
    Optional<String> obstacle(IInstallableUnit plugin) {
        var open = new ArrayDeque<IInstallableUnit>();
        var seen = new HashSet<IInstallableUnit>();
        open.add(plugin);
        while (!open.isEmpty()) {
            var unit = open.pop();
            if (!seen.add(unit)) {
                continue;
            }
            for (var requirement : unit.getRequirements()) {
                if (requirement instanceof IRequiredCapability required && requirement.getMin() > 0 && !inProduct(requirement)) {
                    var supplier = offered.stream().filter(each -> each.satisfies(requirement)).findFirst();
                    if (supplier.isPresent()) {
                        open.add(supplier.get());
                    } else if (required.getNamespace().equals(PACKAGE)) {
                        return Optional.of(lack(required));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean inProduct(IRequirement requirement) {
        return !product.query(QueryUtil.createMatchQuery(requirement.getMatches()), null).isEmpty();
    }

    private String lack(IRequiredCapability required) {
        var what = required.getName().equals(SCANNER_INTERFACE) ? "is built for version " + required.getRange() + " of the scanner interface (package "
                + SCANNER_INTERFACE + ")" : "needs version " + required.getRange() + " of package " + required.getName();
        return product.query(QueryUtil.createIUAnyQuery(), null).stream().flatMap(unit -> unit.getProvidedCapabilities().stream())
                .filter(provided -> provided.getNamespace().equals(PACKAGE) && provided.getName().equals(required.getName()))
                .map(IProvidedCapability::getVersion).max(Comparator.naturalOrder())
                .map(version -> what + ", and this product has version " + version)
                .orElse(what + ", which neither this product nor the site has");
    }
}
