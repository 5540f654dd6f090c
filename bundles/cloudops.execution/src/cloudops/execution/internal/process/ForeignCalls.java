package cloudops.execution.internal.process;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code java.lang.foreign} by name: it is final from Java 22 on, and this bundle is compiled for Java 21. Only the binding takes this way; what
 * it yields are plain method handles, in which a pointer is a {@code long}.
 */
final class ForeignCalls {

    private final Object linker;
    private final Object lookup;
    private final Method find;
    private final Method downcall;
    private final Method describe;
    private final Class<?> layout;
    private final Object noOptions;
    private final Object captureErrno;
    private final Method ofBuffer;
    private final Method address;

    ForeignCalls() throws ReflectiveOperationException {
        var linkerType = foreign("Linker");
        layout = foreign("MemoryLayout");
        var option = foreign("Linker$Option");
        noOptions = Array.newInstance(option, 0);
        captureErrno = Array.newInstance(option, 1);
        Array.set(captureErrno, 0, option.getMethod("captureCallState", String[].class).invoke(null, (Object) new String[] { "errno" }));
        linker = linkerType.getMethod("nativeLinker").invoke(null);
        lookup = linkerType.getMethod("defaultLookup").invoke(linker);
        find = foreign("SymbolLookup").getMethod("find", String.class);
        describe = foreign("FunctionDescriptor").getMethod("of", layout, layout.arrayType());
        downcall = linkerType.getMethod("downcallHandle", foreign("MemorySegment"), foreign("FunctionDescriptor"), option.arrayType());
        ofBuffer = foreign("MemorySegment").getMethod("ofBuffer", Buffer.class);
        address = foreign("MemorySegment").getMethod("address");
    }

    /** Whether this program was started with {@code --enable-native-access} for us; without it newer JVMs print a warning on first use. */
    static boolean allowed() throws ReflectiveOperationException {
        return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(ForeignCalls.class.getModule());
    }

    /**
     * A function of the C library.
     *
     * @param types the result and the parameters: {@code 'i'} an int, {@code 'l'} a long or pointer
     * @throws NoSuchMethodException when the library has no such function
     */
    MethodHandle function(String name, String types) throws ReflectiveOperationException {
        return function(name, types, noOptions);
    }

    /** The same for one that tells in {@code errno} why it failed: takes a {@link #segment} for that, as an Object, before its parameters. */
    MethodHandle functionWithErrno(String name, String types) throws ReflectiveOperationException {
        var function = function(name, types, captureErrno);
        return function.asType(function.type().changeParameterType(0, Object.class));
    }

    private MethodHandle function(String name, String types, Object options) throws ReflectiveOperationException {
        var symbol = (Optional<?>) find.invoke(lookup, name);
        var parameters = Array.newInstance(layout, types.length() - 1);
        for (int i = 1; i < types.length(); i++) {
            Array.set(parameters, i - 1, layout(types.charAt(i)));
        }
        return (MethodHandle) downcall.invoke(linker, symbol.orElseThrow(() -> new NoSuchMethodException(name)),
                describe.invoke(null, layout(types.charAt(0)), parameters), options);
    }

    /** Where a direct buffer's first byte is. */
    long address(ByteBuffer direct) throws ReflectiveOperationException {
        return (long) address.invoke(segment(direct));
    }

    /** A direct buffer's memory; where {@code errno} goes, that is an int at its start. */
    Object segment(ByteBuffer direct) throws ReflectiveOperationException {
        return ofBuffer.invoke(null, direct.duplicate().clear());
    }

    private static Object layout(char type) throws ReflectiveOperationException {
        return foreign("ValueLayout").getField(type == 'i' ? "JAVA_INT" : "JAVA_LONG").get(null);
    }

    private static Class<?> foreign(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }
}
