package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A keychain in memory that can be told to fail. */
final class FakeKeychain implements Keychain {

    final Map<String, byte[]> entries = new HashMap<>();

    volatile String problem;

    volatile boolean hangs;

    volatile Error crash;

    /** What happens right after an entry was stored. */
    Step stored = () -> {
    };

    private int made;

    interface Step {
        void run() throws IOException;
    }

    @Override
    public String store(Path folder, byte[] wrappingKey) throws IOException {
        check();
        var entry = "entry" + made++;
        entries.put(entry, wrappingKey.clone());
        stored.run();
        return entry;
    }

    @Override
    public byte[] read(Path folder, String entry) throws IOException {
        check();
        var key = entries.get(entry);
        if (key == null) {
            throw new IOException("no such entry");
        }
        return key.clone();
    }

    @Override
    public void remove(Path folder, String entry) {
        entries.remove(entry);
    }

    @Override
    public List<String> entries(Path folder) {
        return List.copyOf(entries.keySet());
    }

    private void check() throws IOException {
        if (hangs) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        if (crash != null) {
            throw crash;
        }
        if (problem != null) {
            throw new IOException(problem);
        }
    }
}
