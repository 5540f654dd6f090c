package cloudops.execution.internal.approval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.spi.CommandRunner;

/** The folder that hostile commands refer to, and what stands in for AWS: all of it leaves the mark when it runs. */
final class Traps implements CommandRunner {

    static final String TOKEN = "TOKEN7d1cf0";

    /** Programs that take the place of others when they are first on the PATH. */
    final Path bin;
    /** The same for the real AWS CLI: programs that it starts. */
    final Path spawned;
    final Path folder;
    final Path mark;

    Traps(Path root) throws IOException {
        bin = Files.createDirectories(root.resolve("bin"));
        spawned = Files.createDirectories(root.resolve("spawned"));
        folder = Files.createDirectories(root.resolve("traps"));
        mark = root.resolve("mark");
        // the stand-in for the AWS CLI records its arguments, each ended by NUL
        program(bin.resolve("aws"), "printf '%s\\0' \"$@\" > '" + mark + "'");
        for (var name : List.of("echo-evil", "echo;", "echo ", "echo\n", "echo x", "ECHO", "Echo", "\u0435cho", "ech\u043e", "ec\u200dho",
                "\u202eohce")) {
            leavesMark(bin.resolve(name));
        }
        leavesMark(spawned.resolve("session-manager-plugin"));
        leavesMark(spawned.resolve("groff"));
        Files.createDirectories(folder.resolve("parts"));
        for (var name : List.of("aws", "echo", "run.sh", "parts/run", "-c", "-rf", "allowed", "allowed-not", "listed", "with space", "$(touch x)",
                "new\nline")) {
            leavesMark(folder.resolve(name));
        }
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("run.sh"));
        program(folder.resolve("arguments.sh"), "eval \"$1\"");
        program(folder.resolve("nearby.sh"), ". ./run.sh");
        program(folder.resolve("empty.sh"), "true");
        for (var name : List.of("run.py", "sitecustomize.py")) {
            Files.writeString(folder.resolve(name), "open('" + mark + "', 'w').close()\n");
        }
        for (var name : List.of("run.pl", "run.pm")) {
            Files.writeString(folder.resolve(name), "open(F, '>', '" + mark + "'); close F; 1;\n");
        }
        Files.writeString(folder.resolve("secret.txt"), TOKEN + "\n");
        Files.writeString(folder.resolve("commands.txt"), "touch '" + mark + "'\n");
        Files.writeString(folder.resolve("vpcs.json"), "[\"" + TOKEN + "\"]\n");
        Files.writeString(folder.resolve("input.json"), "{\"VpcIds\": [\"" + TOKEN + "\"]}\n");
        Files.writeString(folder.resolve("config"), "[profile trap]\nregion = eu-west-1\ncredential_process = " + folder.resolve("run.sh") + "\n");
    }

    private void leavesMark(Path file) throws IOException {
        program(file, ": > '" + mark + "'");
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Puts the folder's own paths into a text. */
    String fill(String text) {
        return text.replace("${MARK}", mark.toString()).replace("${ESCAPED_MARK}", mark.toString().replace("/", "\\\\/"))
                .replace("${DIR}", folder.toString()).replace("${TOKEN}", TOKEN);
    }

    @Override
    public boolean accepts(Command command) {
        return command instanceof Command.AwsSdk;
    }

    @Override
    public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<Stream, String> output) {
        try {
            Files.createFile(mark);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return 0;
    }
}
