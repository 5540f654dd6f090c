package cloudops.storage;

import java.util.Optional;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What a home keeps beside its records to be faster the next time: encrypted with its keys, the names too, and worth nothing when it is lost. A
 * rotation or the end of the keys ends it. Thread-safe; blocks.
 */
@ProviderType
public interface HomeCache {

    /** What was last written under {@code name}; empty when there is nothing, or nothing that can be read now. */
    Optional<byte[]> read(String name);

    /** Replaces what is there. Where that is impossible there is a line in the log. */
    void write(String name, byte[] content);

    /** Forgets what is there, if anything. */
    void remove(String name);
}
