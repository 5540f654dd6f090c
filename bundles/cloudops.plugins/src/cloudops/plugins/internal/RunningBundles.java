package cloudops.plugins.internal;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.eclipse.equinox.internal.provisional.configurator.Configurator;
import org.eclipse.equinox.p2.metadata.IArtifactKey;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.plugins.PluginException;
import cloudops.plugins.PluginException.Problem;

/** Brings the running framework to what is on disk. Not thread-safe. */
final class RunningBundles {

    private static final Logger LOG = LoggerFactory.getLogger(RunningBundles.class);
    /** A framework that shuts down may not answer. */
    private static final long SETTLED_SECONDS = 60;

    private final BundleContext context;
    private final Configurator configurator;

    /** Class loaders of bundles that went and that a scan may still use, by what they load from. */
    private final Map<String, WeakReference<ClassLoader>> leaving = new HashMap<>();

    RunningBundles(BundleContext context, Configurator configurator) {
        this.context = context;
        this.configurator = configurator;
    }

    /**
     * Installs, uninstalls and starts what has changed on disk.
     *
     * @param coming what should be there then
     * @return why a bundle that came does not work; empty when all do
     */
    Optional<String> apply(Collection<IInstallableUnit> coming) throws PluginException {
        var before = new HashSet<>(List.of(context.getBundles()));
        try {
            configurator.applyConfiguration();
        } catch (IOException e) {
            throw new PluginException(Problem.FAILED, "what is installed on disk could not be started: " + e.getMessage(), "start the program again", e);
        }
        settle();
        var problems = new ArrayList<String>();
        coming.stream().filter(unit -> Site.isToRun(unit) && bundles(unit).isEmpty())
                .forEach(unit -> problems.add(unit.getId() + ": the framework did not install it")); // the configurator does not say why
        for (var bundle : context.getBundles()) {
            if (!before.contains(bundle) && bundle.adapt(BundleRevision.class).getTypes() != BundleRevision.TYPE_FRAGMENT) {
                try {
                    bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
                } catch (BundleException e) {
                    problems.add(bundle.getSymbolicName() + ": " + e.getMessage().strip());
                }
            }
        }
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    /**
     * Waits for the framework's own thread: it may start what came, too, and a bundle that it has started is one to us before those who watch
     * bundles, such as declarative services, have heard of it.
     */
    private void settle() {
        var level = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
        var settled = new CompletableFuture<FrameworkEvent>();
        try {
            level.setStartLevel(level.getStartLevel(), settled::complete); // that thread does one thing after the other, and this is the last
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.debug("the program is about to end", e); // and nobody will miss what it does not start any more
            return;
        }
        if (settled.completeOnTimeout(null, SETTLED_SECONDS, TimeUnit.SECONDS).join() == null) {
            LOG.warn("the framework has not started in {} s what came", SETTLED_SECONDS);
        }
    }

    /** Stops what goes, so that its services are gone before its classes are. */
    void stop(Iterable<IInstallableUnit> units) throws PluginException {
        for (var unit : units) {
            for (var bundle : bundles(unit)) {
                if (bundle.getState() == Bundle.ACTIVE) {
                    leaving.put(key(unit.getId(), unit.getVersion().toString()), new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
                }
                try {
                    bundle.stop(Bundle.STOP_TRANSIENT);
                } catch (BundleException e) {
                    throw new PluginException(Problem.FAILED, unit.getId() + " could not be stopped: " + e.getMessage(), "start the program again", e);
                }
            }
        }
    }

    /** Whether an object of what was in this jar may still be in use. */
    boolean inUse(IArtifactKey key) {
        leaving.values().removeIf(loader -> loader.refersTo(null));
        return leaving.containsKey(key(key.getId(), key.getVersion().toString()));
    }

    private List<Bundle> bundles(IInstallableUnit unit) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> unit.getId().equals(bundle.getSymbolicName()) && unit.getVersion().toString().equals(bundle.getVersion().toString())).toList();
    }

    private static String key(String id, String version) {
        return id + " " + version;
    }
}
