package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A keychain whose client may hang, crash or not be there: its code is native, and can wait for ever on a bus or a dialog. */
final class TimedKeychain implements Keychain {

    /** A new home need not have a keychain: one that does not answer by then is none. A busy machine may take seconds. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    /** A keychain that is really wanted may have to ask its user to unlock it. */
    private static final Duration PATIENT = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(TimedKeychain.class);

    private final Keychain client;

    /** @param client null when there is none */
    TimedKeychain(Keychain client) {
        this.client = client;
    }

    /** As {@link #store}, but gives up where that takes longer than a keychain does that is there and unlocked. */
    String storeAtOnce(Path folder, byte[] secret) throws IOException {
        var abandoned = new AtomicBoolean();
        try {
            return within(AT_ONCE, () -> {
                var entry = client.store(folder, secret);
                if (abandoned.get()) {
                    client.remove(folder, entry);
                }
                return entry;
            });
        } catch (TimeoutIOException e) {
            abandoned.set(true);
            LOG.warn("a new home does without the system's keychain: {}", e.getMessage());
            throw e;
        }
    }

    @Override
    public String store(Path folder, byte[] secret) throws IOException {
        return within(PATIENT, () -> client.store(folder, secret));
    }

    @Override
    public byte[] read(Path folder, String entry) throws IOException {
        return within(PATIENT, () -> client.read(folder, entry));
    }

    @Override
    public void remove(Path folder, String entry) throws IOException {
        within(PATIENT, () -> {
            client.remove(folder, entry);
            return entry;
        });
    }

    @Override
    public List<String> entries(Path folder) throws IOException {
        return client == null ? List.of() : client.entries(folder);
    }

    private <T> T within(Duration limit, Callable<T> call) throws IOException {
        if (client == null) {
            throw new IOException("this product has no link to the system's keychain");
        }
        var task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().name("cloudops-keychain").start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutIOException("the system's keychain did not answer within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the system's keychain", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure
                    : new IOException("the system's keychain failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static final class TimeoutIOException extends IOException {

        private static final long serialVersionUID = 1L;

        TimeoutIOException(String message, TimeoutException cause) {
            super(message, cause);
        }
    }
}
