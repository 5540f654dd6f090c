package cloudops.aws.internal;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import cloudops.aws.internal.SdkSignatures.Signature;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

/**
 * The SDK's client of one AWS service and its operations by the CLI's names. Thread-safe.
 *
 * <p>What an operation consists of is loaded when it is first asked for: to have the client's methods by reflection would load the classes
 * of all of them, thousands for EC2.
 */
final class SdkService {

    private static final MethodType BUILDER = methodType(Object.class);
    private static final MethodType OPERATION = methodType(Object.class, SdkClient.class, SdkRequest.class);

    private final Class<? extends SdkClient> client;
    private final Map<String, Signature> signatures;
    private final Map<String, SdkOperation> operations = new ConcurrentHashMap<>();

    SdkService(Class<? extends SdkClient> client) {
        this.client = client;
        this.signatures = SdkSignatures.of(client);
    }

    Class<? extends SdkClient> client() {
        return client;
    }

    /** The client's own builder of clients, {@code Ec2Client.builder()}. */
    static Object newClientBuilder(Class<? extends SdkClient> client) {
        try {
            return builder(client, "Builder").invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("cannot make a client of " + client.getName(), e);
        }
    }

    /**
     * The SDK writes {@code describeDBInstances}, the CLI {@code describe-db-instances}: without dashes and case both are the same.
     *
     * @param operation the CLI's name
     */
    Optional<SdkOperation> operation(String operation) {
        var name = operation.replace("-", "").toLowerCase(Locale.ROOT);
        return Optional.ofNullable(signatures.get(name)).map(signature -> operations.computeIfAbsent(name, absent -> load(signature)));
    }

    /** Names of all operations, in small letters and without dashes. */
    Set<String> operations() {
        return signatures.keySet();
    }

    private SdkOperation load(Signature signature) {
        try {
            var request = type(signature.request()).asSubclass(SdkRequest.class);
            var response = type(signature.response()).asSubclass(SdkResponse.class);
            return new SdkOperation(signature.name(), builder(request, "$Builder").asType(BUILDER), builder(response, "$Builder").asType(BUILDER),
                    method(signature.method(), request, response),
                    signature.pages() == null ? null : method(signature.paginator(), request, type(signature.pages())));
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalStateException("no operation of the AWS SDK: " + client.getName() + "." + signature.method(), e);
        }
    }

    private MethodHandle method(String name, Class<?> request, Class<?> answer) throws ReflectiveOperationException {
        return MethodHandles.publicLookup().findVirtual(client, name, methodType(answer, request)).asType(OPERATION);
    }

    private static MethodHandle builder(Class<?> of, String suffix) throws ReflectiveOperationException {
        var type = Class.forName(of.getName() + suffix, false, of.getClassLoader());
        return MethodHandles.publicLookup().findStatic(of, "builder", methodType(type));
    }

    private Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(name, false, client.getClassLoader());
    }
}
