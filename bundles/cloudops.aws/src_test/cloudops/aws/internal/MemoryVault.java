package cloudops.aws.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import cloudops.model.SecretVault;

/** A keychain in memory that can be told to fail. */
final class MemoryVault implements SecretVault {

    final ConcurrentMap<String, byte[]> entries = new ConcurrentHashMap<>();
    final AtomicInteger reads = new AtomicInteger();
    volatile String problem;
    /** What happens right after the next secret was put. */
    volatile Step put;
    /** What happens right before the next one is removed. */
    volatile Step removing;

    interface Step {
        void run() throws Exception;
    }

    @Override
    public String put(Path folder, byte[] secret) throws IOException {
        check();
        var entry = "keychain-" + UUID.randomUUID();
        entries.put(entry, secret.clone());
        var step = put;
        put = null;
        run(step);
        return entry;
    }

    @Override
    public byte[] get(Path folder, String entry) throws IOException {
        check();
        reads.incrementAndGet();
        var secret = entries.get(entry);
        if (secret == null) {
            throw new IOException("its entry is not there any more");
        }
        return secret.clone();
    }

    @Override
    public void remove(Path folder, String entry) throws IOException {
        check();
        var step = removing;
        removing = null;
        run(step);
        entries.remove(entry);
    }

    private static void run(Step step) {
        if (step != null) {
            try {
                step.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private void check() throws IOException {
        if (problem != null) {
            throw new IOException(problem);
        }
    }
}
