package cloudops.ui.internal;

import java.io.IOException;
import java.util.Optional;

import cloudops.model.Environment;

/**
 * What one run of the workbench works on. This is the place where a demonstration replaces the user's home and AWS files by its own.
 *
 * @param environment to be registered
 * @param passphrase the home's passphrase where it is known without asking anybody
 * @param end ends what was started for this run
 */
record Session(Environment environment, Optional<char[]> passphrase, End end) implements AutoCloseable {

    @FunctionalInterface
    interface End {
        void run() throws IOException;
    }

    static Session open(LaunchOptions options) throws IOException {
        if (options.demo()) {
            throw new IOException("--demo is not part of this build");
        }
        return new Session(options.environment(), Optional.empty(), () -> {
        });
    }

    @Override
    public void close() throws IOException {
        end.run();
    }
}
