package cloudops.plugins.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.jar.JarFile;

import org.eclipse.equinox.p2.core.IProvisioningAgent;
import org.eclipse.equinox.p2.core.ProvisionException;
import org.eclipse.equinox.p2.engine.IProvisioningPlan;
import org.eclipse.equinox.p2.metadata.IArtifactKey;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.query.QueryUtil;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepository;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepositoryManager;
import org.eclipse.equinox.p2.repository.artifact.spi.ArtifactDescriptor;

import cloudops.plugins.PluginException;
import cloudops.plugins.PluginException.Problem;

/**
 * Fetches what a plan adds, checks it, and hands it to p2 in a repository of its own: p2 installs the very bytes that were checked.
 *
 * <p>The description of a site is not signed, so nothing in it is believed: a jar must be what the plan takes it for, by its own signed
 * manifest, and a unit may not have p2 do anything but add it.
 */
final class Delivery implements AutoCloseable {

    private static final String BUNDLE = "osgi.bundle";
    private static final String FEATURE = "org.eclipse.update.feature";
    private static final Set<String> HARMLESS = Set.of("manifest", "zipped");

    private final Path folder;
    private final IArtifactRepositoryManager repositories;
    private final IArtifactRepository repository;

    /** @param folder is of this delivery alone */
    Delivery(IProvisioningAgent agent, Path folder) throws PluginException {
        this.folder = folder;
        repositories = agent.getService(IArtifactRepositoryManager.class);
        try {
            repository = repositories.createRepository(uri(), "checked", IArtifactRepositoryManager.TYPE_SIMPLE_REPOSITORY, Map.of());
        } catch (ProvisionException e) {
            throw new PluginException(Problem.FAILED, "nothing can be fetched: " + e.getMessage(), null, e);
        }
    }

    private URI uri() {
        return folder.toUri();
    }

    /**
     * @param certificate of the product; empty when it has none
     * @param unsigned whether a person allows content that is not signed so; {@code warnings} are told then
     * @throws PluginException when anything is wrong with anything
     */
    void fetch(IProvisioningPlan plan, Site site, Optional<X509Certificate> certificate, boolean unsigned, Consumer<String> warnings)
            throws PluginException {
        var flaws = new ArrayList<String>();
        for (var unit : plan.getAdditions().query(QueryUtil.createIUAnyQuery(), null)) {
            requireHarmless(unit);
            for (var key : unit.getArtifacts()) {
                var file = fetch(site, key);
                var flaw = certificate.map(each -> SignedJar.flaw(file, each)).orElse(Optional.of("cannot be checked: this product has no certificate"));
                flaw.ifPresent(what -> flaws.add(key.getId() + " " + key.getVersion() + " " + what));
                requireItself(key, file);
                stage(key, file);
            }
        }
        if (!flaws.isEmpty() && !unsigned) {
            throw untrusted(String.join("; ", flaws), "a site that you trust; or, if you know who made it, --allow-unsigned");
        }
        flaws.forEach(flaw -> warnings.accept("installed although it is not known who made it, as you allow it: " + flaw));
        plan.getContext().setArtifactRepositories(uri());
    }

    private Path fetch(Site site, IArtifactKey key) throws PluginException {
        var file = folder.resolve("fetched-" + key.getClassifier() + "-" + repositoryName(key) + ".jar");
        try {
            Files.deleteIfExists(file);
            site.content().fetch(key, file);
            return file;
        } catch (IOException e) {
            throw new PluginException(Problem.UNREACHABLE, key.getId() + " " + key.getVersion() + " could not be fetched from " + site.uri() + ": "
                    + e.getMessage(), "try again; else tell whoever keeps the site", e);
        }
    }

    /** Names come from the site. */
    private static String repositoryName(IArtifactKey key) {
        return (key.getId() + "_" + key.getVersion()).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private void stage(IArtifactKey key, Path file) throws PluginException {
        try (var out = repository.getOutputStream(new ArtifactDescriptor(key))) {
            Files.copy(file, out);
        } catch (IOException | ProvisionException e) {
            throw new PluginException(Problem.FAILED, key.getId() + " could not be kept: " + e.getMessage(), "make room in the temporary folder", e);
        }
    }

    /** Looks at what the site says of the unit itself: the product adds to it how bundles are installed. */
    private static void requireHarmless(IInstallableUnit unit) throws PluginException {
        for (var data : unit.unresolved().getTouchpointData()) {
            for (var instruction : data.getInstructions().keySet()) {
                boolean unpacks = instruction.equals("zipped");
                if (!HARMLESS.contains(instruction) || unpacks && unit.getArtifacts().stream().anyMatch(key -> !key.getClassifier().equals(FEATURE))) {
                    throw untrusted(unit.getId() + " wants to do more than add bundles (p2 instruction \"" + instruction + "\")", "a site that you trust");
                }
            }
        }
    }

    private static void requireItself(IArtifactKey key, Path file) throws PluginException {
        try (var jar = new JarFile(file.toFile())) {
            var identity = switch (key.getClassifier()) {
                case BUNDLE -> Identity.ofBundle(jar);
                case FEATURE -> Identity.ofFeature(jar);
                default -> throw untrusted(key.getId() + " is neither bundle nor feature but \"" + key.getClassifier() + "\"", "a site that you trust");
            };
            if (!identity.equals(new Identity(key.getId(), key.getVersion().toString()))) {
                throw untrusted("what the site calls " + key.getId() + " " + key.getVersion() + " is " + identity.id() + " " + identity.version(),
                        "a site that you trust");
            }
            if (key.getClassifier().equals(BUNDLE)) {
                requireLazy(key, jar);
            }
        } catch (IOException e) {
            throw untrusted(key.getId() + " " + key.getVersion() + " cannot be read as a jar: " + e.getMessage(), "a site that you trust");
        }
    }

    /** Bundles of a product are started when a class of theirs is needed; components of one that is not started so would be there until the next start only. */
    private static void requireLazy(IArtifactKey key, JarFile jar) throws IOException, PluginException {
        var manifest = jar.getManifest().getMainAttributes();
        var policy = manifest.getValue("Bundle-ActivationPolicy");
        if (manifest.getValue("Service-Component") != null && (policy == null || !policy.startsWith("lazy"))) {
            throw new PluginException(Problem.INCOMPATIBLE, key.getId() + " " + key.getVersion() + " would not be started: its manifest has components but not"
                    + " the line Bundle-ActivationPolicy: lazy", "add that line and build it again");
        }
    }

    private static PluginException untrusted(String message, String remedy) {
        return new PluginException(Problem.UNTRUSTED, message, remedy);
    }

    @Override
    public void close() {
        repositories.removeRepository(uri());
    }
}
