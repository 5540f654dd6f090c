package cloudops.ui.tests;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Consumer;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

import cloudops.aws.Profiles;
import cloudops.execution.ExecutionEngine;
import cloudops.request.RequestBuilder;
import cloudops.scanner.EstateScanner;
import cloudops.storage.ChatStorage;
import cloudops.storage.EstateStorage;

/** Services of the tests in the place of the real ones, for as long as it is open. */
final class Services implements AutoCloseable {

    final MemoryEstate estate = new MemoryEstate();
    final MemoryChats chats = new MemoryChats();
    final StreamingEngine engine = new StreamingEngine();
    final PlannedAnswers answers = new PlannedAnswers(estate, engine);
    final ScriptedScanner scanner = new ScriptedScanner(estate);
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    Services() {
        this(services -> {
        });
    }

    /** @param prepare gives the services their content before anybody sees them */
    Services(Consumer<Services> prepare) {
        stop("cloudops.vectorstore");
        prepare.accept(this);
        register(EstateStorage.class, estate);
        register(ChatStorage.class, chats);
        register(ExecutionEngine.class, engine);
        register(RequestBuilder.class, answers);
        register(EstateScanner.class, scanner);
        register(Profiles.class, scanner);
    }

    /** Without a store the real storage is not there either, which would come forward when ours are taken away. */
    private static void stop(String name) {
        for (var bundle : FrameworkUtil.getBundle(Services.class).getBundleContext().getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                try {
                    bundle.stop(Bundle.STOP_TRANSIENT);
                } catch (BundleException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private <S> void register(Class<S> type, S service) {
        Dictionary<String, Object> first = new Hashtable<>();
        first.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        registrations.add(FrameworkUtil.getBundle(Services.class).getBundleContext().registerService(type, service, first));
    }

    /** Takes the services away, as a stopped bundle would. */
    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
    }
}
