package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A keychain whose client may hang, crash or not be there: its code is native, and can wait for ever on a bus or a dialog. */
final class TimedKeychain implements Keychain {

    /** A new home need not have a keychain: one that does not answer at once is none. */
    private static final Duration NEW_ENTRY = Duration.ofSeconds(2);

    /** A keychain that holds the key may have to ask its user to unlock it. */
    private static final Duration OLD_ENTRY = Duration.ofMinutes(2);

    private final Keychain client;

    /** @param client null when there is none */
    TimedKeychain(Keychain client) {
        this.client = client;
    }

    @Override
    public String store(Path folder, byte[] wrappingKey) throws IOException {
        return within(NEW_ENTRY, () -> client.store(folder, wrappingKey));
    }

    @Override
    public byte[] read(Path folder, String entry) throws IOException {
        return within(OLD_ENTRY, () -> client.read(folder, entry));
    }

    @Override
    public void remove(Path folder, String entry) throws IOException {
        within(OLD_ENTRY, () -> {
            client.remove(folder, entry);
            return entry;
        });
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
            throw new IOException("the system's keychain did not answer within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the system's keychain", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure
                    : new IOException("the system's keychain failed: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
