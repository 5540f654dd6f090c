package cloudops.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.demo.DemoException.Problem;
import cloudops.demo.internal.SampleEstate;
import cloudops.model.Environment;

/**
 * A running simulator with the sample estate in it, a throw-away home and AWS files of its own. Closing it ends the simulator and deletes
 * the folder; so does the end of the process, unless it is killed outright.
 */
public final class DemoSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoSession.class);

    /** In the folder that is kept. */
    public static final String PASSPHRASE = "passphrase";

    private final Simulator simulator;
    private final Path folder;
    private final boolean keep;
    private final SampleEstate.Seeded seeded;
    private final char[] passphrase;
    private final Thread atExit = new Thread(this::release, "demo-clean-up");

    private DemoSession(Simulator simulator, Path folder, boolean keep, SampleEstate.Seeded seeded) {
        this.simulator = simulator;
        this.folder = folder;
        this.keep = keep;
        this.seeded = seeded;
        var random = new byte[24];
        new SecureRandom().nextBytes(random);
        this.passphrase = HexFormat.of().formatHex(random).toCharArray();
    }

    /**
     * What was created.
     *
     * @param accounts account IDs
     * @param regions AWS regions
     * @param resources how many resources of each type were created
     * @param total all of them
     */
    public record Summary(List<String> accounts, List<String> regions, Map<String, Integer> resources, int total) {
    }

    /**
     * Starts the simulator, creates the estate in it and writes the AWS files.
     *
     * @param port loopback port of the simulator; 0 for any free one
     * @param keep whether {@link #close} leaves the folder, with the passphrase of the home in the file {@value #PASSPHRASE}
     * @param progress is told what happens, a line each
     */
    public static DemoSession start(int port, boolean keep, Consumer<String> progress) throws DemoException, InterruptedException {
        progress.accept("Starting a local AWS simulator");
        var simulator = Simulator.start(port, Map.of());
        Path folder = null;
        try {
            folder = Files.createTempDirectory("cloudops-demo-");
            progress.accept("Creating a sample estate in it");
            var session = new DemoSession(simulator, folder, keep, SampleEstate.create(simulator.endpoint(), folder.resolve("aws")));
            if (keep) {
                session.keepPassphrase();
            }
            Runtime.getRuntime().addShutdownHook(session.atExit);
            return session;
        } catch (IOException e) {
            abandon(simulator, folder);
            throw new DemoException(Problem.IO, "the demonstration's folder cannot be written: " + e.getMessage(), null, e);
        } catch (DemoException | InterruptedException | RuntimeException e) {
            abandon(simulator, folder);
            throw e;
        }
    }

    /** The environment to register: the throw-away home, its own AWS files, the simulator as endpoint, no keychain. */
    public Environment environment() {
        return new Environment(folder.resolve("home"), seeded.files().config(), seeded.files().credentials(),
                java.util.Optional.of(simulator.endpoint()), false, false);
    }

    /** The throw-away passphrase of the throw-away home; a copy. */
    public char[] passphrase() {
        return passphrase.clone();
    }

    /** AWS profiles, one an account. */
    public List<String> profiles() {
        return seeded.profiles();
    }

    public Summary summary() {
        return seeded.summary();
    }

    /** Where home and AWS files are. */
    public Path folder() {
        return folder;
    }

    /** Whoever works in the folder must have left it. May be called again. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook does it
        }
        release();
    }

    private void release() {
        simulator.close();
        if (!keep) {
            discard(folder);
        }
    }

    /** A kept home is of use to nobody who cannot open it. Readable by its owner only, as the folder is. */
    private void keepPassphrase() throws IOException {
        Files.writeString(folder.resolve(PASSPHRASE), new String(passphrase));
    }

    private static void abandon(Simulator simulator, Path folder) {
        simulator.close();
        if (folder != null) {
            discard(folder);
        }
    }

    private static void discard(Path folder) {
        try {
            if (Files.exists(folder)) {
                delete(folder);
            }
        } catch (IOException e) {
            LOG.warn("the demonstration's folder could not be removed: {}", folder, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
