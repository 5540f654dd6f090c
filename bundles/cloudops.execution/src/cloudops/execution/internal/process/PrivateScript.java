package cloudops.execution.internal.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.internal.output.PrivateFiles;
import cloudops.execution.spi.RunFailedException;

/** The copy of a script from which it runs, so that nobody can change it after it was judged. Deleted when it is closed. */
public final class PrivateScript implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PrivateScript.class);

    private final Path copy;
    private final Launch launch;

    /** @param launch of a script, without a problem */
    public PrivateScript(Scratch scratch, UUID execution, Launch launch) throws RunFailedException {
        try {
            copy = scratch.script(execution);
            PrivateFiles.create(copy);
            Files.write(copy, launch.script());
        } catch (IOException e) {
            throw new RunFailedException("the script cannot be copied to where it would run: " + e.getMessage(), e);
        }
        var argv = new ArrayList<>(launch.argv());
        argv.set(1, copy.toString());
        this.launch = new Launch(argv, launch.program(), launch.variables(), launch.signIn(), null, launch.workingDir(), null);
    }

    /** The same, from the copy. */
    public Launch launch() {
        return launch;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            LOG.warn("copy of a script not deleted", e);
        }
    }
}
