package cloudops.execution.internal.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process with everything that it started. Descendants are found by parentage; on Linux also by their session and by the marker in
 * their environment, which still finds those that forked twice, left the session or outlived their parents. Not found is a process that did
 * all of it: forked twice, made a session of its own and cleared its environment.
 * <p>
 * On Windows and macOS there is no {@code /proc}: only descendants are found that were still linked to the root by living parents when
 * the tree was ended.
 */
public final class ProcessTree {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
    private static final Path PROC = Path.of("/proc");
    private static final long GRACE_MS = 500;
    private static final long ROUND_MS = 50;
    private static final long LIMIT_MS = 2_000;
    private static final long OWN_SESSION = stat(ProcessHandle.current().pid()).map(Stat::session).orElse(0L);

    private final ProcessHandle root;
    private final byte[] marker;
    private final boolean ownSession;
    private final Set<ProcessHandle> known = new HashSet<>();
    private final Set<Long> endedGroups = new HashSet<>(); // in this round

    /**
     * @param marker the variable {@code NAME=value} that the root was started with
     * @param ownSession whether the root leads a session of its own
     */
    public ProcessTree(ProcessHandle root, String marker, boolean ownSession) {
        this.root = root;
        this.marker = ('\0' + marker + '\0').getBytes(StandardCharsets.UTF_8);
        this.ownSession = ownSession;
        known.add(root);
    }

    /**
     * Ends all: first politely, half a second later by force, round after round until no process is left, at most two seconds. Not
     * interruptible, since nobody else would finish the work; the interrupt flag survives.
     */
    public void end() {
        long start = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            var members = members(false);
            members.forEach(ProcessHandle::destroy);
            interrupted |= await(members, GRACE_MS);
            // at sight: what forks and ends all the time is gone when all have been looked at
            for (members = members(true); !members.isEmpty() && millisSince(start) < LIMIT_MS; members = members(true)) {
                interrupted |= await(members, ROUND_MS);
            }
            if (!members.isEmpty()) {
                LOG.error("processes could not be ended pids={}", members.stream().map(ProcessHandle::pid).toList());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * All that live now.
     *
     * @param byForce whether each is ended by force at once when it is found, with its process group: the kernel ends a group as one, so that
     *        none of it can fork away
     */
    private Set<ProcessHandle> members(boolean byForce) {
        endedGroups.clear();
        if (Files.isDirectory(PROC)) {
            known.forEach(process -> stat(process).ifPresent(stat -> endGroup(stat, byForce)));
            addLinuxMembers(byForce);
        } else {
            known.addAll(known.stream().flatMap(ProcessHandle::descendants).toList());
        }
        if (byForce) {
            known.forEach(ProcessHandle::destroyForcibly);
        }
        known.removeIf(process -> !process.isAlive() || stat(process).filter(Stat::dead).isPresent());
        return new HashSet<>(known);
    }

    private void addLinuxMembers(boolean byForce) {
        var members = known.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
        var others = new LinkedHashMap<Long, Stat>();
        // a process ID is not used again as long as there is a session of that number
        boolean sessionOfRoot = ownSession && ProcessHandle.of(root.pid()).filter(process -> !root.equals(process)).isEmpty();
        for (long pid : newestFirst()) {
            var stat = stat(pid).orElse(Stat.GONE);
            if (!members.contains(pid) && (sessionOfRoot && stat.session == root.pid() || isMarked(pid))) {
                add(pid, stat, members, byForce);
            } else {
                others.put(pid, stat);
            }
        }
        var strangers = others.entrySet();
        while (strangers.removeIf(process -> members.contains(process.getValue().parent)
                && add(process.getKey(), process.getValue(), members, byForce))) {
            // until nobody is left whose parent is a member
        }
    }

    /** @return true */
    private boolean add(long pid, Stat stat, Set<Long> members, boolean byForce) {
        if (members.add(pid)) {
            endGroup(stat, byForce); // even if that process is gone by now
            var process = ProcessHandle.of(pid).filter(known::add);
            if (byForce) {
                process.ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        return true;
    }

    private void endGroup(Stat stat, boolean byForce) {
        if (byForce && ownSession && stat.session != OWN_SESSION && endedGroups.add(stat.group)) {
            ProcessGroup.kill(stat.group);
        }
    }

    /** The processes of this machine; process IDs count up, all in all. */
    private static List<Long> newestFirst() {
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            var pids = new ArrayList<Long>();
            entries.forEach(entry -> pids.add(Long.valueOf(entry.getFileName().toString())));
            pids.sort(Comparator.reverseOrder());
            return pids;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("processes not listed: {}", e.getMessage(), e);
            return List.of();
        }
    }

    private boolean isMarked(long pid) {
        try {
            return contains(Files.readAllBytes(PROC.resolve(pid + "/environ")), marker);
        } catch (IOException e) {
            return false; // another user's, or gone by now
        }
    }

    /** Whether {@code variables}, each ended by NUL, hold {@code wanted}, which begins and ends with NUL. */
    private static boolean contains(byte[] variables, byte[] wanted) {
        for (int at = -1; at + wanted.length <= variables.length; at++) {
            int same = at < 0 ? 1 : 0; // the first variable has no NUL before it
            while (same < wanted.length && variables[at + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return true;
            }
        }
        return false;
    }

    /** @return whether the wait was interrupted */
    private static boolean await(Set<ProcessHandle> processes, long millis) {
        var exits = processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(exits).get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // then the next round deals with those that are left
        } catch (ExecutionException e) {
            LOG.warn("the end of a process was not observed", e);
        } catch (InterruptedException e) {
            return true;
        }
        return false;
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Empty also where another process has its ID by now. */
    private static Optional<Stat> stat(ProcessHandle process) {
        return stat(process.pid()).filter(stat -> process.isAlive()); // asked afterwards, it compares when the process started
    }

    /** Empty where there is no such process or no {@code /proc}. */
    private static Optional<Stat> stat(long pid) {
        try {
            var line = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            var fields = line.substring(line.lastIndexOf(')') + 2).split(" "); // the program's name before it may hold anything
            return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** From {@code /proc/PID/stat}, see proc(5). */
    private record Stat(char state, long parent, long group, long session) {

        static final Stat GONE = new Stat('X', 0, 0, 0);

        /** A zombie only waits for its parent to notice. */
        boolean dead() {
            return state == 'Z' || state == 'X';
        }
    }
}
