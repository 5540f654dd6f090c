package cloudops.aws.internal;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import software.amazon.awssdk.core.SdkClient;

/** The SDK's client of one AWS service and its operations by the CLI's names. Immutable. */
final class SdkService {

    private final Class<? extends SdkClient> client;
    private final Map<String, SdkOperation> operations;

    SdkService(Class<? extends SdkClient> client) {
        this.client = client;
        var paginators = new HashMap<String, Method>();
        for (var method : client.getMethods()) {
            if (method.getParameterCount() == 1 && method.getName().endsWith("Paginator")) {
                paginators.put(method.getName() + method.getParameterTypes()[0].getName(), method);
            }
        }
        var found = new HashMap<String, SdkOperation>();
        for (var method : client.getMethods()) {
            if (SdkOperation.isOperation(method)) {
                var paginator = paginators.get(method.getName() + "Paginator" + method.getParameterTypes()[0].getName());
                found.put(method.getName().toLowerCase(Locale.ROOT), new SdkOperation(method, paginator));
            }
        }
        this.operations = Map.copyOf(found);
    }

    Class<? extends SdkClient> client() {
        return client;
    }

    /**
     * The SDK writes {@code describeDBInstances}, the CLI {@code describe-db-instances}: without dashes and case both are the same.
     *
     * @param operation the CLI's name
     */
    Optional<SdkOperation> operation(String operation) {
        return Optional.ofNullable(operations.get(operation.replace("-", "").toLowerCase(Locale.ROOT)));
    }

    Map<String, SdkOperation> operations() {
        return operations;
    }
}
