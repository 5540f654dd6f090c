package cloudops.storage.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import cloudops.vectorstore.Point;

/**
 * The records that this process knows to be whole, because it sealed or opened them: what is in them, and how their blobs begin. Each sealing has a
 * random nonce, so a record whose blob begins like that is the one that is known here, whoever else writes to the store. Some 200 bytes a
 * record. Thread-safe.
 */
final class Sealed {

    private record Known(byte[] start, List<String> content, boolean vector) {
    }

    private final Map<UUID, Known> known = new ConcurrentHashMap<>();

    static byte[] start(Point point) {
        return Arrays.copyOf(point.blob(), PointCipher.START);
    }

    /** @param point that is whole */
    void know(Point point) {
        known.put(point.id(), new Known(start(point), point.payload().getOrDefault(RecordCipher.CONTENT, List.of()), point.vector() != null));
    }

    void forget(UUID id) {
        known.remove(id);
    }

    boolean knows(UUID id) {
        return known.containsKey(id);
    }

    /** @param start of the blob that is stored; null for none */
    boolean knows(UUID id, byte[] start) {
        var same = known.get(id);
        return same != null && Arrays.equals(same.start, start);
    }

    /** What is in the record that begins with {@code start}, if that is known here and has a vector; else null. */
    String contentWithVector(UUID id, byte[] start) {
        var same = known.get(id);
        return same != null && same.vector && same.content.size() == 1 && Arrays.equals(same.start, start) ? same.content.getFirst() : null;
    }

    /** Whether the record that begins with {@code start} is known, and has {@code content}, and a vector where {@code withVector}. */
    boolean has(UUID id, byte[] start, String content, boolean withVector) {
        var same = known.get(id);
        return same != null && Arrays.equals(same.start, start) && same.content.equals(List.of(content)) && (same.vector || !withVector);
    }
}
