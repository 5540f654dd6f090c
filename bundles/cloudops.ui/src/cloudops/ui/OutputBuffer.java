package cloudops.ui;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The last lines of a running command, between the threads that write them and the view that shows them. Bounded: a command that prints
 * without end costs no more than one that prints ten thousand lines. Thread-safe.
 */
public final class OutputBuffer {

    /** At most so many lines are kept. */
    public static final int CAPACITY = 10_000;

    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private final Changes changes = new Changes();
    private long written;

    /** Where a line comes from. */
    public enum Kind {
        STDOUT, STDERR,
        /** Not from the command: what is run, how it ended. */
        NOTE
    }

    public record Line(Kind kind, String text) {
    }

    /**
     * Lines from a position on.
     *
     * @param lines in order
     * @param next position after the last one
     * @param lost how many lines between the position asked for and the first one are gone
     */
    public record Chunk(List<Line> lines, long next, long lost) {
    }

    public void add(Kind kind, String text) {
        synchronized (this) {
            if (lines.size() == CAPACITY) {
                lines.removeFirst();
            }
            lines.addLast(new Line(kind, text));
            written++;
        }
        changes.fire();
    }

    /** Lines that were written after {@code position}; 0 is the beginning. */
    public synchronized Chunk since(long position) {
        var first = written - lines.size();
        var from = Math.max(position, first);
        var fresh = lines.stream().skip(from - first).toList();
        return new Chunk(fresh, written, from - position);
    }

    public Changes changes() {
        return changes;
    }
}
