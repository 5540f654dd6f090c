package cloudops.scanner.bench.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.json.Json;

/**
 * Runs programs in processes of their own and tells what each took.
 *
 * @param folder for what they write
 * @param environment variables of each
 */
record Subject(Path folder, Map<String, String> environment, Cores cores) {

    private static final long MOST_MINUTES = 10;

    /**
     * @param seconds from start to end
     * @param cpu seconds of all cores
     * @param peakMb the most memory that the largest of its processes held at a time (VmHWM), MiB
     * @param output standard output
     */
    record Took(double seconds, double cpu, double peakMb, Path output) {

        JsonNode json() throws IOException {
            return Json.mapper().readTree(output.toFile());
        }
    }

    /** @throws IOException when it does not end with 0 */
    Took run(String name, Map<String, String> further, String... command) throws IOException, InterruptedException {
        var output = folder.resolve(name + ".out");
        var arguments = new ArrayList<>(List.of(output.toString()));
        arguments.addAll(cores.measured(command));
        var measured = Json.mapper().readTree(python("measure.py", further, arguments.toArray(String[]::new)));
        if (measured.path("exit").asInt(-1) != 0) {
            throw new IOException(name + " ended with " + measured.path("exit") + ": " + end(output)
                    + end(output.resolveSibling(output.getFileName() + ".err")));
        }
        return new Took(measured.path("seconds").asDouble(), measured.path("cpu").asDouble(), measured.path("peak_mb").asDouble(), output);
    }

    /** The last of what was said, which tells what went wrong. */
    private static String end(Path file) throws IOException {
        var said = Files.readString(file);
        return said.substring(Math.max(0, said.length() - 2000));
    }

    /** Runs a script of ours, unmeasured; returns what it printed. */
    String python(String script, Map<String, String> further, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("python3", unpacked(script).toString()));
        command.addAll(List.of(arguments));
        var errors = folder.resolve(script + ".err");
        var builder = process(command, further).redirectError(errors.toFile());
        var process = builder.start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + " failed: " + Files.readString(errors));
        }
        return out;
    }

    /** A process that is yet to be started, without anything of the user's own AWS accounts. */
    private ProcessBuilder process(List<String> command, Map<String, String> further) {
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("AWS_"));
        builder.environment().putAll(environment);
        builder.environment().putAll(further);
        return builder;
    }

    /**
     * Runs a program that goes on until it is told to end, which it is when it has printed so many lines like the pattern, or takes too long.
     *
     * @return the first group of each of these lines
     * @throws IOException when it ends before
     */
    List<String> watch(String name, Map<String, String> further, Pattern pattern, int lines, String... command) throws IOException, InterruptedException {
        var errors = folder.resolve(name + ".err");
        var process = process(cores.measured(command), further).redirectError(errors.toFile()).start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy)); // it would go on without us
        CompletableFuture.delayedExecutor(MOST_MINUTES, TimeUnit.MINUTES).execute(process::destroy);
        var found = new ArrayList<String>();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            while (found.size() < lines) {
                var line = out.readLine();
                if (line == null) {
                    throw new IOException(name + " ended with " + process.waitFor() + ": " + end(errors));
                }
                var match = pattern.matcher(line);
                if (match.find()) {
                    found.add(match.group(1));
                }
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
        return found;
    }

    Path unpacked(String script) throws IOException {
        var file = folder.resolve(script);
        if (Files.notExists(file)) {
            try (InputStream packed = Subject.class.getResourceAsStream(script)) {
                Files.copy(packed, file);
            }
        }
        return file;
    }
}
