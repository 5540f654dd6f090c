package cloudops.aws.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

import software.amazon.awssdk.core.SdkClient;

/** Reads from a client's class file which operations it has, without loading a class of any. */
final class SdkSignatures extends ClassVisitor {

    private static final String PAGINATOR = "Paginator";

    /**
     * One operation that takes a request and returns a response.
     *
     * @param method {@code describeInstances}
     * @param request name of the request's class
     * @param response name of the response's class
     * @param pages name of the class that {@code describeInstancesPaginator} returns; null where the client has no such method
     */
    record Signature(String method, String request, String response, String pages) {

        /** As the API has it: {@code DescribeInstances}. */
        String name() {
            return Character.toUpperCase(method.charAt(0)) + method.substring(1);
        }

        String paginator() {
            return method + PAGINATOR;
        }
    }

    /** Methods with one parameter: name and parameter, then what is returned. */
    private final Map<String, Map<String, String>> methods = new HashMap<>();

    private SdkSignatures() {
        super(Opcodes.ASM9);
    }

    /** Operations by their name in small letters. */
    static Map<String, Signature> of(Class<? extends SdkClient> client) {
        var visitor = new SdkSignatures();
        var file = client.getSimpleName() + ".class";
        try (var code = Objects.requireNonNull(client.getResourceAsStream(file), file)) {
            new ClassReader(code).accept(visitor, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + client.getName(), e);
        }
        return visitor.operations();
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String generic, String[] exceptions) {
        var parameters = Type.getArgumentTypes(descriptor);
        if (parameters.length == 1) {
            methods.computeIfAbsent(name, absent -> new HashMap<>())
                    .put(parameters[0].getClassName(), Type.getReturnType(descriptor).getClassName());
        }
        return null;
    }

    private Map<String, Signature> operations() {
        var operations = new HashMap<String, Signature>();
        methods.forEach((name, overloads) -> overloads.forEach((request, response) -> {
            if (request.endsWith("Request") && response.endsWith("Response")) {
                var pages = methods.getOrDefault(name + PAGINATOR, Map.of()).get(request);
                operations.put(name.toLowerCase(Locale.ROOT), new Signature(name, request, response, pages));
            }
        }));
        return Map.copyOf(operations);
    }
}
