package cloudops.plugins.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.equinox.internal.p2.repository.Transport;
import org.eclipse.equinox.p2.core.IProvisioningAgent;
import org.eclipse.equinox.p2.core.IProvisioningAgentProvider;
import org.eclipse.equinox.p2.core.ProvisionException;
import org.eclipse.equinox.p2.metadata.IArtifactKey;
import org.eclipse.equinox.p2.publisher.eclipse.BundlesAction;
import org.eclipse.equinox.p2.query.QueryUtil;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepository;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepositoryManager;
import org.eclipse.equinox.p2.repository.metadata.IMetadataRepositoryManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.plugins.PluginException;
import cloudops.plugins.PluginException.Problem;

/**
 * Reads sites, with a p2 of its own in a temporary folder: the product's would remember every site, and need to write to the product for that.
 */
final class SiteReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SiteReader.class);

    private final Path folder;
    private final IProvisioningAgent agent;
    private final HttpTransport transport = new HttpTransport();

    SiteReader(IProvisioningAgentProvider agents) throws PluginException {
        try {
            folder = Files.createTempDirectory("cloudops-plugins");
            agent = agents.createAgent(folder.toUri());
        } catch (IOException | ProvisionException e) {
            throw new PluginException(Problem.FAILED, "no temporary folder can be made: " + e.getMessage(), "make room, or set TMPDIR", e);
        }
        agent.registerService(Transport.class.getName(), transport);
    }

    /** A folder that is deleted with this. */
    Path folder() {
        return folder;
    }

    Site read(URI uri) throws PluginException {
        return isFile(uri) && Files.isRegularFile(path(uri)) ? jar(uri) : repository(uri);
    }

    private static Site jar(URI uri) throws PluginException {
        var file = path(uri);
        var unit = BundlesAction.createBundleIU(file.toFile())
                .orElseThrow(() -> new PluginException(Problem.NOT_A_SITE, uri + " is a file, but no jar of a bundle: its manifest has no Bundle-SymbolicName",
                        "the address of a p2 repository, or of the jar of a bundle"));
        return new Site(uri, List.of(unit), (key, to) -> Files.copy(file, to));
    }

    private Site repository(URI uri) throws PluginException {
        if (isFile(uri) && Files.notExists(path(uri))) {
            throw new PluginException(Problem.UNREACHABLE, "there is no site at " + uri + ": the folder does not exist", "check the address");
        }
        try {
            var monitor = new NullProgressMonitor();
            var metadata = agent.getService(IMetadataRepositoryManager.class).loadRepository(uri, monitor);
            var artifacts = agent.getService(IArtifactRepositoryManager.class).loadRepository(uri, monitor);
            var units = metadata.query(QueryUtil.createIUAnyQuery(), monitor).toUnmodifiableSet();
            return new Site(uri, units, (key, to) -> fetch(artifacts, key, to));
        } catch (ProvisionException e) {
            var unreachable = transport.unreachable();
            if (unreachable != null) {
                var why = unreachable.getMessage() == null ? "nothing answers there" : unreachable.getMessage();
                throw new PluginException(Problem.UNREACHABLE, "the site " + uri + " cannot be reached: " + why, "check the address and the network", e);
            }
            throw new PluginException(Problem.NOT_A_SITE, uri + " is no site of plug-ins (a p2 repository): " + e.getMessage(),
                    "the folder that has content.jar and artifacts.jar in it", e);
        }
    }

    private static void fetch(IArtifactRepository artifacts, IArtifactKey key, Path to) throws IOException {
        var descriptors = artifacts.getArtifactDescriptors(key);
        if (descriptors.length == 0) {
            throw new IOException("the site does not have it");
        }
        try (var out = new BufferedOutputStream(Files.newOutputStream(to))) {
            var status = artifacts.getArtifact(descriptors[0], out, new NullProgressMonitor());
            if (!status.isOK()) {
                throw new IOException(Statuses.text(status), status.getException());
            }
        }
    }

    private static boolean isFile(URI uri) {
        return "file".equals(uri.getScheme());
    }

    private static Path path(URI uri) throws PluginException {
        try {
            return Path.of(uri);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new PluginException(Problem.UNREACHABLE, uri + " is no address of a file: " + e.getMessage(), "check the address", e);
        }
    }

    @Override
    public void close() {
        agent.stop();
        transport.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            LOG.warn("temporary files of plug-ins are left in {}: {}", folder, e.toString());
        }
    }
}
