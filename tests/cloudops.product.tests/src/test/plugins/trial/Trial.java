package cloudops.trial;

import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.hooks.bundle.EventHook;
import org.osgi.util.tracker.ServiceTracker;

import cloudops.model.Environment;
import cloudops.plugins.Plugins;
import cloudops.plugins.Plugins.Trust;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.storage.spi.PassphraseSource;

/**
 * An application in a product: installs a scanner, has it scan, removes it while it does, many times in one process, and looks for what is left.
 * Properties: {@code trial.home}, {@code trial.site}, {@code trial.rounds}.
 */
public final class Trial implements IApplication {

    private static final long SECONDS = 60;

    private final BundleContext context = FrameworkUtil.getBundle(Trial.class).getBundleContext();
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    @Override
    public Object start(IApplicationContext application) throws Exception {
        context.registerService(PassphraseSource.class, (home, create) -> Optional.of("correct horse".toCharArray()), (Dictionary<String, ?>) null);
        context.registerService(Environment.class, new Environment(Path.of(System.getProperty("trial.home")), Path.of("/none"), Path.of("/none"),
                Optional.empty(), false, false), (Dictionary<String, ?>) null);
        context.registerService(EventHook.class, Trial::slowly, (Dictionary<String, ?>) null);
        var plugins = service(Plugins.class);
        var estate = service(EstateScanner.class);
        round(plugins, estate);
        int services = services();
        int bundles = context.getBundles().length;
        var threads = threads();
        int rounds = Integer.getInteger("trial.rounds");
        for (int i = 1; i < rounds; i++) {
            round(plugins, estate);
        }
        require(services() == services, "services: " + services + " became " + services());
        require(context.getBundles().length == bundles, "bundles: " + bundles + " became " + context.getBundles().length);
        var more = threads();
        more.removeAll(threads);
        require(more.isEmpty(), "threads are left: " + more);
        for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS); loaders.stream().anyMatch(each -> each.get() != null);) {
            require(System.nanoTime() < until, loaders.stream().filter(each -> each.get() != null).count() + " class loaders are left");
            System.gc();
            Thread.onSpinWait();
        }
        System.out.println("rounds " + loaders.size());
        return EXIT_OK;
    }

    /** Who watches bundles hears late of those that are started, from whatever thread. */
    private static void slowly(BundleEvent event, Collection<BundleContext> hearing) {
        if (event.getType() == BundleEvent.LAZY_ACTIVATION) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private void round(Plugins plugins, EstateScanner estate) throws Exception {
        var site = Plugins.site(System.getProperty("trial.site"));
        require(!estate.services().contains("echo"), "there before");
        plugins.install("echo", Optional.of(site), Trust.STRICT, warning -> {
            throw new IllegalStateException("warned: " + warning);
        });
        var scanner = estate.scanners().stream().filter(each -> each.serviceName().equals("echo")).findFirst()
                .orElseThrow(() -> new IllegalStateException("the next scan does not see it"));
        loaders.add(new WeakReference<>(scanner.getClass().getClassLoader()));
        var called = new CountDownLatch(1);
        var removed = new CountDownLatch(1);
        var found = new CompletableFuture<String>();
        Thread.startVirtualThread(() -> scan(scanner, called, removed, found));
        require(called.await(SECONDS, TimeUnit.SECONDS), "it does not scan");
        plugins.remove("echo");
        require(!estate.services().contains("echo"), "the next scan still sees it");
        removed.countDown();
        require(found.get(SECONDS, TimeUnit.SECONDS).contains("{hello=1}"), "what it found: " + found);
        require(plugins.installed().stream().noneMatch(each -> each.id().endsWith("echo")), "still installed");
    }

    /** A scan that waits for an answer of AWS until the scanner is removed, and goes on then. */
    private static void scan(ServiceScanner scanner, CountDownLatch called, CountDownLatch removed, CompletableFuture<String> found) {
        var aws = (ScanContext) Proxy.newProxyInstance(ScanContext.class.getClassLoader(), new Class<?>[] { ScanContext.class }, (proxy, method, arguments) -> {
            called.countDown();
            removed.await();
            return null;
        });
        try {
            scanner.discover(scanner.resourceTypes().getFirst(), aws, raw -> found.complete(raw.data().toString()));
        } catch (Throwable e) { // a class that cannot be loaded is an error
            found.completeExceptionally(e);
        }
    }

    private int services() throws Exception {
        return context.getAllServiceReferences(null, null).length;
    }

    /** Without those of a pool, which come and go as there is work. */
    private static TreeSet<String> threads() {
        var names = new TreeSet<String>();
        Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> !name.matches("Worker-.*|CompletableFutureDelayScheduler|ForkJoinPool.*|Equinox resolver thread.*"))
                .forEach(names::add);
        return names;
    }

    private <T> T service(Class<T> type) throws InterruptedException {
        var tracker = new ServiceTracker<T, T>(context, type, null);
        tracker.open();
        var service = tracker.waitForService(TimeUnit.SECONDS.toMillis(SECONDS));
        require(service != null, "no " + type);
        return service;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    @Override
    public void stop() {
        // it ends by itself
    }
}
