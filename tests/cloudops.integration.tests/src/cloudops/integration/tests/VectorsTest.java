package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.embedding.Embedder;
import cloudops.model.Environment;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;

/** The embedding model's native libraries and Lucene's codecs inside the OSGi runtime, each loaded through its own bundle. */
class VectorsTest {

    @Test
    void findsTheNearestMeaning(@TempDir Path folder) throws Exception {
        var home = folder.resolve("home");
        var environment = new Environment(home, folder.resolve("config"), folder.resolve("credentials"), Optional.empty(), false, false);
        try (var services = new Services(environment, "unused".toCharArray())) {
            var embedder = services.get(Embedder.class);
            var store = services.get(VectorStore.class);
            var texts = List.of("PostgreSQL database for production", "s3 bucket of holiday photos", "web server instance");
            var vectors = embedder.embed(texts);
            store.ensureCollection("texts", Embedder.DIMENSIONS);
            for (int i = 0; i < texts.size(); i++) {
                store.upsert("texts", List.of(
                        new Point(new UUID(1, i), vectors.get(i), Map.of("region", List.of("eu-central-1")), texts.get(i).getBytes())));
            }

            var hits = store.nearest("texts", embedder.embed(List.of("production database")).get(0),
                    new Filter(Map.of("region", List.of("eu-central-1"))), 3);

            assertThat(hits).hasSize(3);
            assertThat(new String(hits.get(0).point().blob())).isEqualTo(texts.get(0));
            assertThat(home.resolve("store/lucene/texts")).isDirectory();
            assertThat(Files.getPosixFilePermissions(home)).hasSize(3);
        }
    }
}
