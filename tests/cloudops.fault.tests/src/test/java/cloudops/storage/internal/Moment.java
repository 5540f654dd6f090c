package cloudops.storage.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import cloudops.faults.WatchedFiles;
import cloudops.faults.WatchedFiles.Change;
import cloudops.faults.WatchedFiles.Watch;

/**
 * A moment of a {@link Work}.
 *
 * @param what is about to be done to which kind of file
 * @param time it is done for the so many-th time
 * @param latest the moment comes with the so many-th change of any file at the latest: two runs are never quite the same
 */
record Moment(String what, int time, int latest) {

    /** Files of an index that are written last, so that the rest is of use; all others of a segment come before, and are much the same. */
    private static final Set<String> LAST = Set.of("cfs", "cfe", "si", "liv");

    private static final Pattern NUMBER = Pattern.compile("(?<=segments)_[0-9a-z]+$|[0-9]+(?=\\.tmp$)");

    /** Names what is done to which kind of file, such as {@code FORCE segments} or {@code WRITE keyring.tmp}. */
    static String name(Change change, Path file) {
        var name = file.getFileName().toString();
        var ending = name.substring(name.lastIndexOf('.') + 1);
        return change + " " + (!name.startsWith("_") ? NUMBER.matcher(name).replaceFirst("") : LAST.contains(ending) ? ending : "segment");
    }

    /** All that happens to files below a home. */
    static final class Seen implements Watch {

        private final Map<String, Integer> times = new TreeMap<>();

        @Override
        public synchronized void before(Change change, Path file) {
            times.merge(name(change, file), 1, Integer::sum);
        }

        /** Each kind of moment is as likely as any other, however often it comes. */
        synchronized Moment choose(Random random) {
            var names = new ArrayList<>(times.keySet());
            var name = names.get(random.nextInt(names.size()));
            int all = times.values().stream().mapToInt(Integer::intValue).sum();
            return new Moment(name, 1 + random.nextInt(times.get(name)), 1 + all - all / 3);
        }

        synchronized int names() {
            return times.size();
        }
    }

    /** Tells {@code then} what is about to be done when the moment has come, on the thread that would do it. */
    Path watching(Path home, Consumer<String> then) {
        return WatchedFiles.watched(home, new Watch() {

            private int times;
            private int all;
            private boolean over;

            @Override
            public void before(Change change, Path file) {
                var name = name(change, file);
                synchronized (this) {
                    all++;
                    times += name.equals(what) ? 1 : 0;
                    if (over || times < time && all < latest) {
                        return;
                    }
                    over = true;
                }
                then.accept(name);
            }
        });
    }
}
