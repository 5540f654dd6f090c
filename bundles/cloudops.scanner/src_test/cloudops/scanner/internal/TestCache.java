package cloudops.scanner.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import cloudops.storage.HomeCache;

/** A cache in memory. */
final class TestCache implements HomeCache {

    final Map<String, byte[]> entries = new ConcurrentHashMap<>();

    @Override
    public Optional<byte[]> read(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    @Override
    public void write(String name, byte[] content) {
        entries.put(name, content);
    }

    @Override
    public void remove(String name) {
        entries.remove(name);
    }
}
