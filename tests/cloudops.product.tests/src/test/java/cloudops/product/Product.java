package cloudops.product;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The headless product as a user runs it: a process, with a user's home folder and a temporary folder of the test's own. */
final class Product {

    static final Path FOLDER = Path.of("../../releng/headless/target/products/cloudops.headless/linux/gtk/x86_64").toAbsolutePath().normalize();

    private static final long SECONDS = 180;
    private static final ObjectMapper JSON = new ObjectMapper();

    final Path folder;
    final Path userHome;
    final Path temporary;
    private final Map<String, String> environment = new TreeMap<>();

    /** @param folder an empty folder of the test's */
    Product(Path folder) throws IOException {
        this(folder, FOLDER);
    }

    private Product(Path folder, Path product) throws IOException {
        this.folder = product;
        userHome = Files.createDirectories(folder.resolve("user"));
        temporary = Files.createDirectories(folder.resolve("tmp"));
        environment.put("HOME", userHome.toString());
        // where a JVM, which does not look at HOME, would put it too if this were the user's home
        environment.put("CLOUDOPS_HOME", userHome.resolve(".cloudops").toString());
        environment.put("TMPDIR", temporary.toString());
        environment.put("PATH", System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LANG", "C");
        // pyenv's python3 is a script that looks for itself below the user's home
        environment.put("PYENV_ROOT", System.getenv().getOrDefault("PYENV_ROOT", System.getProperty("user.home") + "/.pyenv"));
    }

    /** A product of the test's own, which it may change: the same files, as if just unpacked. On the file system of the product that is built. */
    static Product copy(Path folder) throws IOException {
        var copy = Files.createDirectories(folder.resolve("product"));
        Files.walkFileTree(FOLDER, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes) throws IOException {
                if (!isShipped(from)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(copy.resolve(FOLDER.relativize(from)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path from, BasicFileAttributes attributes) throws IOException {
                var to = copy.resolve(FOLDER.relativize(from));
                if (from.getParent().endsWith("plugins")) {
                    Files.createLink(to, from);
                } else {
                    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new Product(folder, copy);
    }

    /** The same files at another place; this one is no more. */
    Product moved(Path folder) throws IOException {
        var moved = new Product(Files.createDirectories(folder), Files.move(this.folder, folder.resolve("product")));
        moved.environment.putAll(environment);
        return moved;
    }

    /** Not what the framework keeps for its next start, which processes of other tests may just be changing. */
    private static boolean isShipped(Path folder) {
        var name = FOLDER.relativize(folder).toString();
        return !name.startsWith("configuration/org.eclipse.") || name.startsWith("configuration/org.eclipse.equinox.simpleconfigurator");
    }

    /** Sets a variable of the processes that start from now on; null takes it away. */
    Product with(String variable, String value) {
        if (value == null) {
            environment.remove(variable);
        } else {
            environment.put(variable, value);
        }
        return this;
    }

    /** What a process said and ended with. */
    record Run(int exit, String out, String err) {
        JsonNode json() {
            try {
                return JSON.readTree(out);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + out + "\n" + err, e);
            }
        }
    }

    Run run(String... arguments) throws IOException, InterruptedException {
        return await(start(arguments));
    }

    /** Runs a command with this on its standard input. */
    Run feed(String input, String... arguments) throws IOException, InterruptedException {
        var process = launch(arguments);
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it has ended without having read that; its exit code and messages tell why
        }
        return await(process);
    }

    Process start(String... arguments) throws IOException {
        var process = launch(arguments);
        process.getOutputStream().close();
        return process;
    }

    /** Runs a command as if on a terminal. */
    Run onTerminal(String... arguments) throws IOException, InterruptedException {
        var line = new StringBuilder("exec /bin/sh '" + folder.resolve("cloudops") + "'");
        for (var argument : arguments) {
            line.append(" '").append(argument).append('\'');
        }
        var process = launch(List.of("script", "-qec", line.toString(), "/dev/null"));
        process.getOutputStream().close();
        return await(process);
    }

    private Process launch(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", folder.resolve("cloudops").toString()));
        command.addAll(List.of(arguments));
        return launch(command);
    }

    /** Starts any program with this user's environment. */
    Process launch(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Run await(Process process) throws InterruptedException {
        return await(process, SECONDS);
    }

    static Run await(Process process, long seconds) throws InterruptedException {
        var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
        var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("still running after " + seconds + " s: " + out.join() + err.join());
        }
        return new Run(process.exitValue(), out.join(), err.join());
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
