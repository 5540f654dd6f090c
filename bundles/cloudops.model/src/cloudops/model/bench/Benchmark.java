package cloudops.model.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A part of the product that can say how fast it is, as an OSGi service with the property {@link #NAME}. It runs in a throw-away home that is
 * its own; what it leaves there is deleted.
 */
public interface Benchmark {

    /** Service property: what is typed behind {@code cloudops bench}. */
    String NAME = "benchmark";

    /**
     * @param folder for files, on the disk where the home is
     * @param rounds how often to measure what takes turns with a peer
     * @param progress takes lines for people
     * @throws Exception when it cannot be measured, whatever the reason
     */
    List<Measured> run(Path folder, int rounds, Consumer<String> progress) throws Exception;

    /**
     * One figure.
     *
     * @param work what was done
     * @param peer whom or what the figure is against; empty when it stands for itself
     * @param value in {@code unit}
     * @param unit such as {@code ms}; {@code x} for a ratio
     * @param target what we want; null when we only want to know
     * @param atMost whether the target is the greatest value that is good, else the least
     */
    record Measured(String work, String peer, double value, String unit, Double target, boolean atMost) {

        public static Measured atMost(double target, String work, String peer, double value, String unit) {
            return new Measured(work, peer, value, unit, target, true);
        }

        public static Measured atLeast(double target, String work, String peer, double value, String unit) {
            return new Measured(work, peer, value, unit, target, false);
        }

        public static Measured toKnow(String work, String peer, double value, String unit) {
            return new Measured(work, peer, value, unit, null, true);
        }

        public boolean met() {
            return target == null || (atMost ? value <= target : value >= target);
        }
    }
}
