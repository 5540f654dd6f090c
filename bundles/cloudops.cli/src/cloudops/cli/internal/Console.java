package cloudops.cli.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import cloudops.execution.ExecutionEngine.Stream;

/**
 * Where a command speaks: results on {@code out}, everything else on {@code err}, both in UTF-8 whatever the locale.
 *
 * @param terminal whether a person sits there who can be asked
 * @param inIsTerminal whether standard input comes from a terminal
 * @param outIsTerminal whether {@code out} is shown by a terminal
 * @param errIsTerminal whether {@code err} is
 */
record Console(PrintStream out, PrintStream err, boolean terminal, boolean inIsTerminal, boolean outIsTerminal, boolean errIsTerminal) {

    /** Set by the start script to the numbers of the standard streams that are terminals: Java cannot tell for one of them. */
    private static final String TERMINALS = "cloudops.terminals";

    static Console ofProcess() {
        // the start script sets jdk.console=java.base: without it, a JVM from 22 on has a console even where there is no terminal
        var terminals = System.getProperty(TERMINALS, "012");
        return new Console(utf8(FileDescriptor.out), utf8(FileDescriptor.err), System.console() != null, terminals.contains("0"), terminals.contains("1"),
                terminals.contains("2"));
    }

    boolean isTerminal(Stream stream) {
        return stream == Stream.STDOUT ? outIsTerminal : errIsTerminal;
    }

    /** What the person typed; empty without a terminal or at its end. */
    Optional<String> ask(String question) {
        return terminal ? Optional.ofNullable(System.console().readLine("%s", question)) : Optional.empty();
    }

    /** What the person typed, unseen; empty without a terminal or at its end. */
    Optional<char[]> askSecretly(String question) {
        return terminal ? Optional.ofNullable(System.console().readPassword("%s", question)) : Optional.empty();
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
