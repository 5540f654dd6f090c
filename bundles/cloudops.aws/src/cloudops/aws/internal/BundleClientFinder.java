package cloudops.aws.internal;

import java.util.Map;
import java.util.Optional;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.SdkClient;

/**
 * Finds clients in the bundles that export their package. Our bundle imports none of them, so that a scanner plug-in can bring the client
 * of its service with it.
 */
final class BundleClientFinder implements ClientFinder {

    private static final Logger LOG = LoggerFactory.getLogger(BundleClientFinder.class);

    private final FrameworkWiring framework;

    BundleClientFinder(BundleContext context) {
        this.framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    @Override
    public Optional<Found> find(String sdkName) {
        if (!sdkName.matches("[a-z0-9.]+")) {
            return Optional.empty();
        }
        return framework.findProviders(new ExportedPackage(SERVICES + sdkName)).stream()
                .map(BundleCapability::getRevision)
                .map(revision -> clientIn(revision.getBundle(), SERVICES + sdkName))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Found> clientIn(Bundle bundle, String packageName) {
        var entries = bundle.findEntries(packageName.replace('.', '/'), "*Client.class", false);
        while (entries != null && entries.hasMoreElements()) {
            var path = entries.nextElement().getPath();
            var file = path.substring(path.lastIndexOf('/') + 1);
            if (ClientFinder.isClient(file)) {
                return load(bundle, packageName + "." + file.substring(0, file.length() - ".class".length()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> load(Bundle bundle, String className) {
        try {
            var client = bundle.loadClass(className).asSubclass(SdkClient.class);
            var wiring = bundle.adapt(BundleWiring.class);
            return Optional.of(new Found(client, wiring::isCurrent));
        } catch (ClassNotFoundException | LinkageError | ClassCastException e) {
            LOG.warn("aws sdk client unusable bundle={} class={}", bundle.getSymbolicName(), className, e);
            return Optional.empty();
        }
    }

    /** The requirement of a package in any version. */
    private record ExportedPackage(String name) implements Requirement {
        @Override
        public String getNamespace() {
            return PackageNamespace.PACKAGE_NAMESPACE;
        }

        @Override
        public Map<String, String> getDirectives() {
            return Map.of(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + name + ")");
        }

        @Override
        public Map<String, Object> getAttributes() {
            return Map.of();
        }

        @Override
        public Resource getResource() {
            return null;
        }
    }
}
