package cloudops.plugins.internal;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.equinox.p2.core.IProvisioningAgent;
import org.eclipse.equinox.p2.core.IProvisioningAgentProvider;
import org.eclipse.equinox.p2.core.ProvisionException;
import org.eclipse.equinox.p2.engine.IEngine;
import org.eclipse.equinox.p2.engine.IProfile;
import org.eclipse.equinox.p2.engine.IProfileRegistry;
import org.eclipse.equinox.p2.engine.IProvisioningPlan;
import org.eclipse.equinox.p2.engine.PhaseSetFactory;
import org.eclipse.equinox.p2.engine.ProvisioningContext;
import org.eclipse.equinox.p2.engine.query.IUProfilePropertyQuery;
import org.eclipse.equinox.p2.metadata.IArtifactKey;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.planner.IPlanner;
import org.eclipse.equinox.p2.query.QueryUtil;
import org.eclipse.equinox.p2.repository.artifact.ArtifactKeyQuery;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepository;
import org.eclipse.equinox.p2.repository.artifact.IArtifactRepositoryManager;

import cloudops.plugins.PluginException;
import cloudops.plugins.PluginException.Problem;

/** What p2 knows of the running product, and changes of it on disk. Plug-ins are the roots that carry a property of ours. */
final class ProductProfile implements AutoCloseable {

    private static final String PLUGIN = "cloudops.plugin";
    private static final String SITE = "cloudops.plugin.site";

    private final IProvisioningAgent agent;
    private final IProfileRegistry registry;

    ProductProfile(IProvisioningAgentProvider agents) throws PluginException {
        try {
            agent = agents.createAgent(null); // the one of the running product
        } catch (ProvisionException e) {
            throw damaged("p2 does not start: " + e.getMessage(), e);
        }
        registry = agent.getService(IProfileRegistry.class);
        if (registry == null || registry.getProfile(IProfileRegistry.SELF) == null) {
            agent.stop();
            throw damaged("it has no p2 profile", null);
        }
    }

    IProfile profile() {
        return registry.getProfile(IProfileRegistry.SELF);
    }

    IProvisioningAgent agent() {
        return agent;
    }

    /** The roots of the plug-ins, by ID. */
    Map<String, IInstallableUnit> plugins() {
        var plugins = new TreeMap<String, IInstallableUnit>();
        profile().query(new IUProfilePropertyQuery(PLUGIN, Boolean.TRUE.toString()), null).forEach(unit -> plugins.put(Site.id(unit), unit));
        return plugins;
    }

    /** What {@link #toRevert} leads back to, until {@link #tidy}. */
    long state() {
        return profile().getTimestamp();
    }

    Optional<URI> site(IInstallableUnit plugin) {
        return Optional.ofNullable(profile().getInstallableUnitProperty(plugin, SITE)).map(URI::create);
    }

    /** Whether the product came with a unit of this ID. */
    boolean isOfProduct(IInstallableUnit plugin) {
        return !plugins().containsKey(Site.id(plugin)) && !profile().query(QueryUtil.createIUQuery(plugin.getId()), null).isEmpty();
    }

    /**
     * What is to be done to bring {@code added} from {@code site}.
     *
     * @param replaced goes; null for none
     */
    IProvisioningPlan toAdd(IInstallableUnit added, IInstallableUnit replaced, Site site) throws PluginException {
        var planner = agent.getService(IPlanner.class);
        var request = planner.createChangeRequest(profile());
        if (replaced != null) {
            request.remove(replaced);
        }
        request.add(added);
        request.setInstallableUnitProfileProperty(added, IProfile.PROP_PROFILE_ROOT_IU, Boolean.TRUE.toString());
        request.setInstallableUnitProfileProperty(added, PLUGIN, Boolean.TRUE.toString());
        request.setInstallableUnitProfileProperty(added, SITE, site.uri().toString());
        var plan = planner.getProvisioningPlan(request, context(site.units()), new NullProgressMonitor());
        if (plan.getStatus().getSeverity() >= IStatus.ERROR) {
            throw new PluginException(Problem.INCOMPATIBLE, Site.id(added) + " " + added.getVersion() + " does not fit this product: "
                    + Statuses.text(plan.getStatus()), "another version of it");
        }
        return plan;
    }

    IProvisioningPlan toRemove(IInstallableUnit plugin) throws PluginException {
        var planner = agent.getService(IPlanner.class);
        var request = planner.createChangeRequest(profile());
        request.remove(plugin);
        var plan = planner.getProvisioningPlan(request, context(List.of()), new NullProgressMonitor());
        if (plan.getStatus().getSeverity() >= IStatus.ERROR) {
            throw new PluginException(Problem.FAILED, Site.id(plugin) + " cannot be removed: " + Statuses.text(plan.getStatus()), null);
        }
        return plan;
    }

    /** What is to be done to have again what there was. */
    IProvisioningPlan toRevert(long state) {
        return agent.getService(IPlanner.class).getDiffPlan(profile(), registry.getProfile(profile().getProfileId(), state), new NullProgressMonitor());
    }

    /** Plans with these units and the product's own alone: no site is asked by p2 itself. */
    private ProvisioningContext context(Collection<IInstallableUnit> units) {
        var context = new ProvisioningContext(agent);
        context.setMetadataRepositories();
        context.setArtifactRepositories();
        context.setExtraInstallableUnits(List.copyOf(units));
        return context;
    }

    /** Changes the product on disk; all or nothing. p2's own check of signatures is left out: ours has been, and does not ask anybody. */
    void perform(IProvisioningPlan plan) throws PluginException {
        var status = agent.getService(IEngine.class).perform(plan,
                PhaseSetFactory.createDefaultPhaseSetExcluding(new String[] { PhaseSetFactory.PHASE_CHECK_TRUST }), new NullProgressMonitor());
        if (status.getSeverity() >= IStatus.ERROR) {
            throw new PluginException(Problem.FAILED, "the product could not be changed: " + Statuses.text(status), null, status.getException());
        }
    }

    /** Deletes the files that no part of the product needs any more, and former states of the profile. */
    void tidy(Predicate<IArtifactKey> inUse) throws PluginException {
        var needed = new HashSet<IArtifactKey>();
        profile().query(QueryUtil.createIUAnyQuery(), null).forEach(unit -> needed.addAll(unit.getArtifacts()));
        var pool = pool();
        for (var key : pool.query(ArtifactKeyQuery.ALL_KEYS, null).toUnmodifiableSet()) {
            if (!needed.contains(key) && !inUse.test(key)) {
                pool.removeDescriptor(key, new NullProgressMonitor());
            }
        }
        try {
            var current = profile();
            for (long state : registry.listProfileTimestamps(current.getProfileId())) {
                if (state != current.getTimestamp()) {
                    registry.removeProfile(current.getProfileId(), state);
                }
            }
        } catch (ProvisionException e) {
            throw new PluginException(Problem.FAILED, "former states of the profile cannot be deleted: " + e.getMessage(), null, e);
        }
    }

    private IArtifactRepository pool() throws PluginException {
        var folder = profile().getProperty(IProfile.PROP_CACHE);
        try {
            return agent.getService(IArtifactRepositoryManager.class).loadRepository(Path.of(folder).toUri(), new NullProgressMonitor());
        } catch (ProvisionException e) {
            throw damaged("its list of files cannot be read: " + e.getMessage(), e);
        }
    }

    private static PluginException damaged(String why, Exception cause) {
        return new PluginException(Problem.DAMAGED_PRODUCT, "this product cannot take plug-ins: " + why, "install the product again", cause);
    }

    @Override
    public void close() {
        agent.stop();
    }
}
