package cloudops.vectorstore.qdrant.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.qdrant.standin.QdrantDouble;
import cloudops.vectorstore.spi.OpenStore;

/** Servers of a test, stores on them, and points; closed after each test. */
abstract class QdrantServers {

    static final String POINTS = "points";

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var each : opened.reversed()) {
            each.close();
        }
    }

    QdrantDouble server() {
        return keep(new QdrantDouble());
    }

    OpenStore store(QdrantDouble server) throws VectorStoreException {
        return open(server.address());
    }

    OpenStore open(String address) throws VectorStoreException {
        return keep(new QdrantStores().open(address, folder));
    }

    <T extends AutoCloseable> T keep(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    static void assertProblem(Problem problem, ThrowingCallable call, String... said) {
        var thrown = catchThrowableOfType(VectorStoreException.class, call);
        assertThat(thrown).as("expected " + problem).isNotNull();
        assertThat(thrown.problem()).as(thrown.getMessage()).isEqualTo(problem);
        assertThat(thrown.getMessage()).contains(said).doesNotContain("wr0ng");
    }

    static Point point(int number) {
        return new Point(new UUID(0, number), new float[] { number, 3 }, Map.of("number", List.of(String.valueOf(number))),
                ("blob " + number).getBytes());
    }
}
