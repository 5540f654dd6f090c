package cloudops.plugins.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.eclipse.core.runtime.URIUtil;
import org.eclipse.equinox.internal.provisional.configurator.Configurator;
import org.eclipse.equinox.p2.core.IProvisioningAgentProvider;
import org.eclipse.equinox.p2.engine.IProvisioningPlan;
import org.eclipse.equinox.p2.metadata.IInstallableUnit;
import org.eclipse.equinox.p2.query.QueryUtil;
import org.eclipse.osgi.service.datalocation.Location;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.Environment;
import cloudops.plugins.Plugin.Installed;
import cloudops.plugins.Plugin.Offered;
import cloudops.plugins.PluginException;
import cloudops.plugins.PluginException.Problem;
import cloudops.plugins.Plugins;

/** Plug-ins by p2: the product is a p2 profile, and a change of it is planned, fetched, checked, made on disk and then in the running framework. */
@Component
public final class P2Plugins implements Plugins {

    private static final Logger LOG = LoggerFactory.getLogger(P2Plugins.class);
    private static final String CERTIFICATE = "plug-in-certificate.pem";
    private static final String OWN_SITE = "plug-in-site";

    private final IProvisioningAgentProvider agents;
    private final RunningBundles running;
    private final Path product;
    private final boolean readOnly;
    private volatile ConfiguredSites configured;

    @Activate
    public P2Plugins(BundleContext context, @Reference Environment environment, @Reference IProvisioningAgentProvider agents,
            @Reference Configurator configurator, @Reference(target = "(type=osgi.install.area)") Location installation) throws URISyntaxException {
        this.agents = agents;
        running = new RunningBundles(context, configurator);
        readOnly = environment.readOnly();
        product = Path.of(URIUtil.toURI(installation.getURL())); // which has spaces as they are
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    public void setConfiguredSites(ConfiguredSites sites) {
        configured = sites;
    }

    public void unsetConfiguredSites(ConfiguredSites sites) {
        if (configured == sites) {
            configured = null;
        }
    }

    @Override
    public List<URI> sites() {
        var chosen = configured;
        var own = product.resolve(OWN_SITE);
        var sites = new ArrayList<URI>(chosen == null ? List.of() : chosen.sites());
        if (Files.isDirectory(own)) {
            sites.add(own.toUri());
        }
        return List.copyOf(sites);
    }

    @Override
    public List<Offered> available(URI site) throws PluginException {
        try (var reader = new SiteReader(agents)) {
            return reader.read(site).offers();
        }
    }

    @Override
    public synchronized List<Installed> installed() throws PluginException {
        try (var profile = new ProductProfile(agents)) {
            return profile.plugins().entrySet().stream().map(plugin -> new Installed(plugin.getKey(), Site.name(plugin.getValue()),
                    plugin.getValue().getVersion().toString(), profile.site(plugin.getValue()))).toList();
        }
    }

    @Override
    public synchronized Change install(String id, Optional<URI> from, Trust trust, Consumer<String> warnings) throws PluginException {
        return changing((profile, reader) -> install(profile, find(id, sites(from, Optional.empty()), reader), reader, trust, warnings));
    }

    @Override
    public synchronized List<Change> update(Optional<String> id, Optional<URI> from, Trust trust, Consumer<String> warnings) throws PluginException {
        return changing((profile, reader) -> {
            var all = profile.plugins();
            var changes = new ArrayList<Change>();
            for (var plugin : id.isPresent() ? List.of(named(id.get(), all.keySet(), "installed")) : all.keySet()) {
                var present = all.get(plugin);
                var choice = newest(plugin, sites(from, profile.site(present)), reader);
                boolean newer = choice.isPresent() && choice.get().unit().getVersion().compareTo(present.getVersion()) > 0;
                changes.add(newer ? install(profile, choice.get(), reader, trust, warnings)
                        : new Change(plugin, version(present), version(present)));
            }
            return List.copyOf(changes);
        });
    }

    @Override
    public synchronized Change remove(String id) throws PluginException {
        return changing((profile, reader) -> {
            var plugins = profile.plugins();
            var plugin = plugins.get(named(id, plugins.keySet(), "installed"));
            var plan = profile.toRemove(plugin);
            running.stop(plan.getRemovals().query(QueryUtil.createIUAnyQuery(), null));
            profile.perform(plan);
            running.apply(List.of());
            LOG.info("plug-in removed: id={} version={}", Site.id(plugin), plugin.getVersion());
            return new Change(Site.id(plugin), version(plugin), null);
        });
    }

    private Change install(ProductProfile profile, Choice choice, SiteReader reader, Trust trust, Consumer<String> warnings) throws PluginException {
        var unit = choice.unit();
        var id = Site.id(unit);
        var present = profile.plugins().get(id);
        if (profile.isOfProduct(unit)) {
            throw new PluginException(Problem.INCOMPATIBLE, id + " is a part of this product and no plug-in", "a newer product has a newer one");
        }
        if (present != null && present.getVersion().equals(unit.getVersion())) {
            return new Change(id, version(present), version(present));
        }
        if (present != null && present.getVersion().compareTo(unit.getVersion()) > 0) {
            allowDowngrade(id + " " + present.getVersion() + " is installed and " + choice.site().uri() + " has only the older " + unit.getVersion(), trust,
                    warnings);
        }
        var obstacle = new Fit(choice.site().units(), profile.profile()).obstacle(unit);
        if (obstacle.isPresent()) {
            throw new PluginException(Problem.INCOMPATIBLE, id + " " + unit.getVersion() + " " + obstacle.get(),
                    "a version of the plug-in for this product, or a product for this version of the plug-in");
        }
        var plan = profile.toAdd(unit, present, choice.site());
        for (var added : plan.getAdditions().query(QueryUtil.createIUAnyQuery(), null)) {
            for (var removed : plan.getRemovals().query(QueryUtil.createIUQuery(added.getId()), null)) {
                if (!Site.id(added).equals(id) && removed.getVersion().compareTo(added.getVersion()) > 0) {
                    allowDowngrade(id + " brings " + added.getId() + " " + added.getVersion() + " in the place of the newer " + removed.getVersion(), trust,
                            warnings);
                }
            }
        }
        long before = profile.state();
        try (var delivery = new Delivery(profile.agent(), folder(reader))) {
            delivery.fetch(plan, choice.site(), certificate(), trust.unsigned(), warnings);
            running.stop(plan.getRemovals().query(QueryUtil.createIUAnyQuery(), null));
            profile.perform(plan);
        }
        var problem = running.apply(coming(plan));
        if (problem.isPresent()) {
            undo(profile, before);
            throw new PluginException(Problem.INCOMPATIBLE, id + " " + unit.getVersion() + " does not start in this product and was taken out again: "
                    + problem.get(), "another version of it");
        }
        LOG.info("plug-in installed: id={} version={}", id, unit.getVersion());
        return new Change(id, present == null ? null : version(present), version(unit));
    }

    /** The product is as before: with the version that was there, if there was one. */
    private void undo(ProductProfile profile, long before) throws PluginException {
        var plan = profile.toRevert(before);
        running.stop(plan.getRemovals().query(QueryUtil.createIUAnyQuery(), null));
        profile.perform(plan);
        running.apply(coming(plan)).ifPresent(problem -> LOG.warn("what was there before does not start any more: {}", problem));
        profile.tidy(running::inUse);
    }

    private static Collection<IInstallableUnit> coming(IProvisioningPlan plan) {
        return plan.getAdditions().query(QueryUtil.createIUAnyQuery(), null).toUnmodifiableSet();
    }

    private static void allowDowngrade(String what, Trust trust, Consumer<String> warnings) throws PluginException {
        if (!trust.downgrade()) {
            throw new PluginException(Problem.DOWNGRADE, what, "a newer version; or, if you want the older one, --allow-downgrade");
        }
        warnings.accept("an older version takes the place of a newer one, as you allow it: " + what);
    }

    /** One plug-in of one site. */
    private record Choice(IInstallableUnit unit, Site site) {
    }

    private static Choice find(String id, Collection<URI> sites, SiteReader reader) throws PluginException {
        if (sites.isEmpty()) {
            throw new PluginException(Problem.NO_SITE, "no site of plug-ins is known",
                    "--from URL, or {\"plugins\": {\"sites\": [\"URL\"]}} in settings.json, or a site in the product's folder " + OWN_SITE);
        }
        var read = new ArrayList<Site>();
        for (var site : sites) {
            read.add(reader.read(site));
        }
        var names = new LinkedHashSet<String>();
        read.forEach(site -> names.addAll(site.plugins().keySet()));
        return newest(named(id, names, "offered by " + String.join(", ", sites.stream().map(URI::toString).toList())), read).orElseThrow();
    }

    private static Optional<Choice> newest(String id, Collection<URI> sites, SiteReader reader) throws PluginException {
        var read = new ArrayList<Site>();
        for (var site : sites) {
            read.add(reader.read(site));
        }
        return newest(id, read);
    }

    private static Optional<Choice> newest(String id, List<Site> sites) {
        return sites.stream().flatMap(site -> Stream.ofNullable(site.plugins().get(id)).map(unit -> new Choice(unit, site)))
                .max(Comparator.comparing(choice -> choice.unit().getVersion()));
    }

    private List<URI> sites(Optional<URI> from, Optional<URI> origin) {
        return from.map(List::of).orElseGet(() -> Stream.concat(origin.stream(), sites().stream()).distinct().toList());
    }

    /** The one of {@code ids} that {@code name} is, or ends as. */
    private static String named(String name, Collection<String> ids, String where) throws PluginException {
        if (ids.contains(name)) {
            return name;
        }
        var similar = ids.stream().filter(id -> id.endsWith("." + name)).toList();
        if (similar.size() == 1) {
            return similar.getFirst();
        }
        var those = similar.isEmpty() ? List.copyOf(ids) : similar;
        throw new PluginException(Problem.UNKNOWN_PLUGIN, (similar.isEmpty() ? "no plug-in \"" : "several plug-ins \"") + name + "\" "
                + (similar.isEmpty() ? "is " : "are ") + where, those.isEmpty() ? "cloudops plugins list" : "one of " + String.join(", ", those));
    }

    private interface Work<T> {
        T on(ProductProfile profile, SiteReader reader) throws PluginException;
    }

    /** Does what changes the product: nobody else does meanwhile, and what is left over goes. */
    private <T> T changing(Work<T> work) throws PluginException {
        if (readOnly) {
            throw new PluginException(Problem.READ_ONLY, "plug-ins are not changed: read-only", null);
        }
        requireWritable();
        try (var lock = FileChannel.open(product.resolve("p2/plug-ins.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) {
                throw busy();
            }
            try (var reader = new SiteReader(agents); var profile = new ProductProfile(agents)) {
                profile.tidy(running::inUse);
                var result = work.on(profile, reader);
                profile.tidy(running::inUse);
                return result;
            }
        } catch (OverlappingFileLockException e) {
            throw busy();
        } catch (IOException e) {
            throw new PluginException(Problem.NOT_WRITABLE, "the product's folder " + product + " cannot be written: " + e.getMessage(),
                    "run it as the user who owns that folder", e);
        }
    }

    private static PluginException busy() {
        return new PluginException(Problem.BUSY, "another process changes the plug-ins of this product", "again when that is done");
    }

    private void requireWritable() throws PluginException {
        for (var folder : List.of("", "p2", "plugins", "configuration")) {
            if (!Files.isWritable(product.resolve(folder))) {
                throw new PluginException(Problem.NOT_WRITABLE, "the product's folder " + product.resolve(folder) + " cannot be written by "
                        + System.getProperty("user.name"), "run it as the user who owns that folder, or use a product in a folder of your own");
            }
        }
    }

    private static Path folder(SiteReader reader) throws PluginException {
        try {
            return Files.createTempDirectory(reader.folder(), "checked");
        } catch (IOException e) {
            throw new PluginException(Problem.FAILED, "no temporary folder can be made: " + e.getMessage(), "make room, or set TMPDIR", e);
        }
    }

    /** The certificate that the build of this product put beside it. */
    private Optional<X509Certificate> certificate() throws PluginException {
        var file = product.resolve(CERTIFICATE);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (IOException | CertificateException e) {
            throw new PluginException(Problem.DAMAGED_PRODUCT, "the product's certificate " + file + " cannot be read: " + e.getMessage(),
                    "install the product again", e);
        }
    }

    private static String version(IInstallableUnit unit) {
        return unit.getVersion().toString();
    }
}
