package cloudops.scanner.bench.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Two cores for what is measured, the others for this process; where there are no others, or no {@code taskset}, they share. */
final class Cores {

    private static final String PROGRAM = "taskset";
    private static final String MEASURED = "0,1";

    private final boolean apart;

    private Cores(boolean apart) {
        this.apart = apart;
    }

    /** Takes this process off the cores of what is measured. */
    static Cores keep() throws InterruptedException {
        int all = Runtime.getRuntime().availableProcessors();
        if (all < 3) {
            return new Cores(false);
        }
        try {
            var moved = new ProcessBuilder(PROGRAM, "-a", "-c", "-p", "2-" + (all - 1), String.valueOf(ProcessHandle.current().pid()))
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return new Cores(moved.waitFor() == 0);
        } catch (IOException notInstalled) {
            return new Cores(false);
        }
    }

    /** The command on the two cores. */
    List<String> measured(String... command) {
        return new ArrayList<>(Stream.concat(apart ? Stream.of(PROGRAM, "-c", MEASURED) : Stream.of(), Stream.of(command)).toList());
    }

    /** What people should know of the figures. */
    Optional<String> caveat() {
        return apart ? Optional.empty() : Optional.of("Measured on the cores that the simulated AWS works on, too: there are too few, or no taskset");
    }
}
