package cloudops.embedding.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import ai.onnxruntime.OrtException;
import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.model.Environment;

class OnnxEmbedderTest {

    @TempDir
    static Path home;

    private static OnnxEmbedder embedder;

    @BeforeAll
    static void start() {
        embedder = new OnnxEmbedder(environment(home));
    }

    @AfterAll
    static void stop() throws OrtException {
        embedder.close();
    }

    @Test
    void putsNearMeaningsCloser() throws EmbeddingException {
        var query = one("production database");
        var database = cosine(query, one("postgres rds instance prod"));
        var photos = cosine(query, one("s3 bucket of holiday photos"));

        assertThat(database).isGreaterThan(photos + 0.1);
    }

    /** The similarities that the Quickstart of the Sentence Transformers documentation prints for this model, in full precision. */
    @Test
    void agreesWithThePublishedSimilarities() throws EmbeddingException {
        var weather = one("The weather is lovely today.");
        var sun = one("It's so sunny outside!");
        var stadium = one("He drove to the stadium.");

        assertThat(cosine(weather, sun)).isCloseTo(0.6660, within(0.05));
        assertThat(cosine(weather, stadium)).isCloseTo(0.1046, within(0.05));
        assertThat(cosine(sun, stadium)).isCloseTo(0.1411, within(0.05));
    }

    @Test
    void keepsTheOrderOfTheTexts() throws EmbeddingException {
        var texts = new ArrayList<>(IntStream.range(0, 150).mapToObj(i -> "server number " + i + " web".repeat(i % 40)).toList());
        Collections.shuffle(texts, new Random(1));

        var vectors = embedder.embed(texts);

        assertThat(vectors).hasSize(150);
        for (int i = 0; i < texts.size(); i += 15) {
            assertThat(cosine(vectors.get(i), one(texts.get(i)))).as(texts.get(i)).isGreaterThan(0.97);
        }
    }

    @Test
    void sameTextInABatchGivesTheSameVector() throws EmbeddingException {
        var vectors = embedder.embed(List.of("pg-instance-main1", "a much longer text about something else", "pg-instance-main1"));

        assertThat(vectors.get(0)).isEqualTo(vectors.get(2)).isNotEqualTo(vectors.get(1));
    }

    /** The int8 network scales its activations a batch, so that a text's vector moves a little with the texts beside it. */
    @Test
    void otherTextsInTheBatchHardlyMoveAVector() throws EmbeddingException {
        var text = "RDS database instance pg-instance-main1 env=production eu-central-1 Frankfurt";
        var alone = one(text);

        var amongShort = embedder.embed(List.of(text, "x", "bucket", "")).get(0);
        var amongLong = embedder.embed(List.of("word ".repeat(500), text, "1 ".repeat(250))).get(1);

        assertThat(cosine(alone, amongShort)).isGreaterThan(0.97);
        assertThat(cosine(alone, amongLong)).isGreaterThan(0.97);
    }

    @Test
    void ofNoTextsMakesNoVectors() throws EmbeddingException {
        assertThat(embedder.embed(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\n\t", "\u0000", "\ud800 half a character", "😀 𝒳 𠜎", "‏قاعدة بيانات", "$(rm -rf /) '; \"", "a\u0301\u200b" })
    void takesAnyText(String text) throws EmbeddingException {
        assertUnit(one(text));
    }

    @Test
    void onlyTheBeginningOfALongTextCounts() throws EmbeddingException {
        var beginning = "database ".repeat(300);

        var vectors = embedder.embed(List.of(beginning + "a".repeat(10_000), beginning + "holiday photos ".repeat(500)));

        assertUnit(vectors.get(0));
        assertThat(vectors.get(0)).isEqualTo(vectors.get(1));
        assertUnit(one("x".repeat(10_000)));
    }

    @Test
    void servesManyCallersAtOnce() throws Exception {
        var expected = IntStream.range(0, 40).mapToObj(i -> oneUnchecked("instance number " + i)).toList();
        var calls = IntStream.range(0, 40).<Callable<float[]>>mapToObj(i -> () -> one("instance number " + i)).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = threads.invokeAll(calls);
            for (int i = 0; i < 40; i++) {
                assertThat(results.get(i).get()).isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void unpacksNativeLibrariesBelowTheHomeOnly() throws EmbeddingException, IOException {
        one("load");

        try (var files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> home.relativize(file).toString()))
                    .isNotEmpty().allMatch(name -> name.startsWith("native"));
        }
        assertThat(Path.of(System.getProperty("user.home"), ".djl.ai", "tokenizers")).doesNotExist();
    }

    @Test
    void saysWhatIsWrongWhenItCannotUnpack(@TempDir Path folder) throws IOException, OrtException {
        var file = Files.createFile(folder.resolve("home"));
        var broken = new OnnxEmbedder(environment(file));

        assertThatThrownBy(() -> broken.embed(List.of("x"))).isInstanceOf(EmbeddingException.class)
                .hasMessageContaining(file.resolve("native").toString()).hasMessageContaining("writable").hasCauseInstanceOf(IOException.class);
        broken.close();
    }

    @Test
    void interruptionIsReportedAndKept() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> one("x")).isInstanceOf(EmbeddingException.class).hasMessageContaining("Interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private static float[] one(String text) throws EmbeddingException {
        var vector = embedder.embed(List.of(text)).get(0);
        assertUnit(vector);
        return vector;
    }

    private static float[] oneUnchecked(String text) {
        try {
            return one(text);
        } catch (EmbeddingException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertUnit(float[] vector) {
        assertThat(vector).hasSize(Embedder.DIMENSIONS);
        assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-4));
    }

    /** Of unit vectors. */
    private static double cosine(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
    }

    private static Environment environment(Path home) {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), true, false);
    }
}
