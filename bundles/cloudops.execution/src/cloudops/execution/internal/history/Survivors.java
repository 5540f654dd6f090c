package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

import cloudops.execution.internal.process.ChildEnvironment;

/**
 * Processes of executions whose engine died: they go on without it. Found by the marker in their environment; on systems without
 * {@code /proc} none is found.
 */
final class Survivors {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern MARK = Pattern.compile("(?:^|\0)" + ChildEnvironment.MARKER + "=([0-9a-f-]{36})\0");

    private final Map<UUID, TreeSet<Long>> pids = new HashMap<>();

    private Survivors() {
    }

    /** All that live now. */
    static Survivors find() throws IOException {
        var found = new Survivors();
        if (Files.isDirectory(PROC)) {
            try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
                entries.forEach(found::look);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return found;
    }

    private void look(Path process) {
        try {
            var mark = MARK.matcher(new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1));
            if (mark.find()) {
                pids.computeIfAbsent(UUID.fromString(mark.group(1)), id -> new TreeSet<>()).add(Long.valueOf(process.getFileName().toString()));
            }
        } catch (IOException | IllegalArgumentException e) {
            // another user's, gone by now, or marked by somebody else
        }
    }

    /** In ascending order; zombies have no environment and are not among them. */
    List<Long> of(UUID execution) {
        return List.copyOf(pids.getOrDefault(execution, new TreeSet<>()));
    }

    /** Those of any of them, one execution after the other. */
    List<Long> of(Collection<UUID> executions) {
        return executions.stream().flatMap(execution -> of(execution).stream()).toList();
    }

    boolean isEmpty() {
        return pids.isEmpty();
    }
}
