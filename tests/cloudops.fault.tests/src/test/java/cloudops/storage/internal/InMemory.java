package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Temporary folders in memory, on systems that have a place for them. */
final class InMemory implements TempDirFactory {

    private static final Path PLACE = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension) throws IOException {
        return Files.isWritable(PLACE) ? Files.createTempDirectory(PLACE, "cloudops-test") : Files.createTempDirectory("cloudops-test");
    }
}
