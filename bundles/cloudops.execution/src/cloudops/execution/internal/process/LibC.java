package cloudops.execution.internal.process;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of Linux's C library that start a process in a session of its own, read what it writes and wait for its end. Java's own way
 * needs three programs in a row (its helper, {@code setsid}, the program) and three threads for the same.
 */
final class LibC {

    /** In which Java hands texts to processes. */
    static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    static final int POLLIN = 1;
    static final int ENOEXEC = 8;

    private static final Logger LOG = LoggerFactory.getLogger(LibC.class);
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64"); // they share the numbers below
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int SPAWN_FLAGS = 0x08 | 0x80; // POSIX_SPAWN_SETSIGMASK (to the empty mask: a JVM blocks some), POSIX_SPAWN_SETSID
    private static final long PIDFD_OPEN = 434; // as a system call: glibc has no function for it before 2.36
    private static final int SIGKILL = 9;
    private static final int STRUCTURE = 512; // more than any of the C library's structures below takes
    private static final int ERRNO = 16; // bytes, more than it takes, so that what follows is aligned
    private static final int EINTR = 4; // a signal came

    private static final Optional<LibC> AVAILABLE = find();

    private final ForeignCalls foreign = new ForeignCalls();
    private final MethodHandle spawn = foreign.function("posix_spawn", "illllll");
    private final MethodHandle actionsInit = foreign.function("posix_spawn_file_actions_init", "il");
    private final MethodHandle actionsDestroy = foreign.function("posix_spawn_file_actions_destroy", "il");
    private final MethodHandle addDup2 = foreign.function("posix_spawn_file_actions_adddup2", "ilii");
    private final MethodHandle addOpen = foreign.function("posix_spawn_file_actions_addopen", "ililii");
    private final MethodHandle addChdir = foreign.function("posix_spawn_file_actions_addchdir_np", "ill");
    private final MethodHandle addCloseFrom = foreign.function("posix_spawn_file_actions_addclosefrom_np", "ili");
    private final MethodHandle attributesInit = foreign.function("posix_spawnattr_init", "il");
    private final MethodHandle setFlags = foreign.function("posix_spawnattr_setflags", "ili");
    private final MethodHandle pipe = foreign.functionWithErrno("pipe2", "ili");
    private final MethodHandle fcntl = foreign.function("fcntl", "iiii");
    private final MethodHandle poll = foreign.function("poll", "illi");
    private final MethodHandle read = foreign.functionWithErrno("read", "lill");
    private final MethodHandle close = foreign.function("close", "ii");
    private final MethodHandle waitpid = foreign.functionWithErrno("waitpid", "iili");
    private final MethodHandle syscall = foreign.functionWithErrno("syscall", "llll");
    private final MethodHandle kill = foreign.function("kill", "iii");
    private final MethodHandle strerror = foreign.function("__xpg_strerror_r", "iill");

    private LibC() throws ReflectiveOperationException {
        // binds the functions
    }

    /**
     * Empty where something is missing: on Java 21, on Windows and macOS, with a C library or kernel of before 2021 or a small one; and in
     * programs that were not started with {@code --enable-native-access}.
     */
    static Optional<LibC> available() {
        return AVAILABLE;
    }

    private static Optional<LibC> find() {
        if (!"Linux".equals(System.getProperty("os.name")) || !ARCHITECTURES.contains(System.getProperty("os.arch"))) {
            return Optional.empty();
        }
        try {
            if (ForeignCalls.allowed()) {
                var library = new LibC();
                library.close(library.watch((int) ProcessHandle.current().pid(), library.allocate(0))); // some kernels and sandboxes lack it
                return Optional.of(library);
            }
        } catch (ReflectiveOperationException | IOException e) {
            LOG.debug("processes are started by Java: {}", e.toString());
        }
        return Optional.empty();
    }

    /** Memory outside of the heap, where the C library finds it. Used by one thread at a time. */
    static final class Block {
        final ByteBuffer bytes;
        private final long address;
        private final ByteBuffer errno;
        private final Object errnoSegment;

        private Block(ByteBuffer memory, ForeignCalls foreign) throws ReflectiveOperationException {
            errno = memory.slice(0, ERRNO).order(ByteOrder.nativeOrder());
            errnoSegment = foreign.segment(errno);
            bytes = memory.slice(ERRNO, memory.capacity() - ERRNO).order(ByteOrder.nativeOrder());
            address = foreign.address(bytes);
        }
    }

    Block allocate(int size) {
        try {
            return new Block(ByteBuffer.allocateDirect(ERRNO + size), foreign);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("direct memory has an address", e);
        }
    }

    /** @return the end to read from and the end to write to; no child gets them unasked */
    int[] pipe(Block block) throws IOException {
        require("pipe", block, () -> (int) pipe.invokeExact(block.errnoSegment, block.address, O_CLOEXEC));
        return new int[] { block.bytes.getInt(0), block.bytes.getInt(4) };
    }

    /** Lets a pipe hold more, if the system's limits allow. */
    void enlarge(int pipeEnd, int size) {
        answer(() -> (int) fcntl.invokeExact(pipeEnd, F_SETPIPE_SZ, size));
    }

    /**
     * Starts a program in a session of its own, with nothing as its input and no other descriptors than the three.
     *
     * @param program its path
     * @param argv with the program's name first
     * @param variables {@code NAME=value}
     * @return the process ID
     * @throws SpawnException when the program or the folder cannot be had
     */
    int spawn(String program, List<String> argv, List<String> variables, String folder, int stdout, int stderr) throws SpawnException {
        var texts = new Texts(argv, variables, List.of(program, folder, "/dev/null"));
        var block = allocate(3 * STRUCTURE + texts.size());
        long pid = block.address;
        long actions = block.address + STRUCTURE;
        long attributes = actions + STRUCTURE;
        var places = texts.write(block.bytes.position(3 * STRUCTURE), block.address);
        int error = answer(() -> {
            int failure = (int) actionsInit.invokeExact(actions);
            failure |= (int) attributesInit.invokeExact(attributes);
            failure |= (int) setFlags.invokeExact(attributes, SPAWN_FLAGS);
            failure |= (int) addOpen.invokeExact(actions, 0, places[4], 0, 0);
            failure |= (int) addDup2.invokeExact(actions, stdout, 1);
            failure |= (int) addDup2.invokeExact(actions, stderr, 2);
            failure |= (int) addCloseFrom.invokeExact(actions, 3);
            failure |= (int) addChdir.invokeExact(actions, places[3]);
            failure = failure != 0 ? failure : (int) spawn.invokeExact(pid, places[2], actions, attributes, places[0], places[1]);
            return failure | (int) actionsDestroy.invokeExact(actions); // which never fails
        });
        if (error != 0) {
            throw new SpawnException(error, message(error));
        }
        return block.bytes.getInt(0);
    }

    /** A descriptor that becomes readable when the process ends. */
    int watch(int pid, Block block) throws IOException {
        return (int) require("pidfd_open", block, () -> (long) syscall.invokeExact(block.errnoSegment, PIDFD_OPEN, (long) pid, 0L));
    }

    /** Takes note of the end of a process that has ended. @return as shells tell it: 128 and the signal's number for one that was killed */
    int exitCode(int pid, Block block) throws IOException {
        require("waitpid", block, () -> (int) waitpid.invokeExact(block.errnoSegment, pid, block.address, 0));
        int status = block.bytes.getInt(0);
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : 128 + signal;
    }

    /** Ends all processes of a group by force. Nothing happens when there is no such group. */
    void killGroup(long group) {
        answer(() -> (int) kill.invokeExact((int) -group, SIGKILL));
    }

    /**
     * Waits until one of some descriptors has something to read, has come to its end or is broken.
     *
     * @param block begins with {@code count} times {@code int descriptor, short POLLIN, short answer}; negative descriptors are left out
     * @param millis -1 for as long as it takes
     */
    void poll(Block block, int count, int millis) {
        answer(() -> (int) poll.invokeExact(block.address, (long) count, millis)); // one that was interrupted has no answers, and is repeated
    }

    /** @return how many bytes came, at the start of the block; 0 at the end */
    int read(int descriptor, Block block) throws IOException {
        return (int) require("read", block,
                () -> (long) read.invokeExact(block.errnoSegment, descriptor, block.address, (long) block.bytes.capacity()));
    }

    void close(int descriptor) {
        answer(() -> (int) close.invokeExact(descriptor));
    }

    private String message(int error) {
        var block = allocate(STRUCTURE);
        answer(() -> (int) strerror.invokeExact(error, block.address, (long) STRUCTURE));
        int length = 0;
        while (block.bytes.get(length) != 0) {
            length++;
        }
        var text = new byte[length];
        block.bytes.get(text);
        return new String(text, NATIVE);
    }

    /** A program that could not be started. */
    static final class SpawnException extends IOException {

        private static final long serialVersionUID = 1L;

        /** As in {@code errno.h}. */
        final int error;

        private SpawnException(int error, String message) {
            super(message);
            this.error = error;
        }
    }

    @FunctionalInterface
    private interface Call<T extends Number> {
        T run() throws Throwable; // that is how method handles are declared; the C library throws nothing
    }

    private static <T extends Number> T answer(Call<T> call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("functions of the C library throw nothing", e);
        }
    }

    /** The answer of a call that does not fail; it is made again when a signal interrupted it. @throws IOException says why it failed */
    private long require(String function, Block block, Call<?> call) throws IOException {
        while (true) {
            long answer = answer(call).longValue();
            if (answer >= 0) {
                return answer;
            }
            int error = block.errno.getInt(0);
            if (error != EINTR) {
                throw new IOException(function + ": " + message(error));
            }
        }
    }

    /** The texts of a new process as C wants them: two lists of pointers, each ended by null, then the texts, each ended by NUL. */
    private static final class Texts {

        private final List<List<byte[]>> lists;

        /** @param singles texts that are in no list */
        Texts(List<String> argv, List<String> variables, List<String> singles) {
            lists = Stream.of(argv, variables, singles).map(list -> list.stream().map(text -> text.getBytes(NATIVE)).toList()).toList();
        }

        int size() {
            return lists.stream().flatMap(List::stream).mapToInt(text -> Long.BYTES + text.length + 1).sum() + 2 * Long.BYTES;
        }

        /** Writes them from the buffer's position on. @return where the two lists and the single texts are */
        long[] write(ByteBuffer to, long base) {
            var places = new long[2 + lists.get(2).size()];
            int pointers = to.position();
            int text = pointers + Long.BYTES * (lists.get(0).size() + lists.get(1).size() + 2);
            for (int list = 0; list < 2; list++) {
                places[list] = base + pointers;
                for (var bytes : lists.get(list)) {
                    to.putLong(pointers, base + text);
                    pointers += Long.BYTES;
                    text = put(to, text, bytes);
                }
                to.putLong(pointers, 0);
                pointers += Long.BYTES;
            }
            for (int i = 0; i < lists.get(2).size(); i++) {
                places[2 + i] = base + text;
                text = put(to, text, lists.get(2).get(i));
            }
            return places;
        }

        private static int put(ByteBuffer to, int at, byte[] text) {
            to.put(at, text).put(at + text.length, (byte) 0);
            return at + text.length + 1;
        }
    }
}
