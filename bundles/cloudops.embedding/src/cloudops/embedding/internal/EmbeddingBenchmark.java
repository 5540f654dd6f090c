package cloudops.embedding.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import ai.onnxruntime.OrtException;
import cloudops.embedding.Embedder;
import cloudops.model.Environment;
import cloudops.model.bench.Benchmark;

/**
 * Texts a second, from text to vector, beside the bare runs of the network with the same batches on as many threads. They take turns; the
 * medians count.
 */
@Component(service = Benchmark.class, property = Benchmark.NAME + "=embedding")
public final class EmbeddingBenchmark implements Benchmark {

    private static final int TEXTS = 2000;

    private static final double TARGET = 0.9;

    private static final List<String> WORDS = List.of("EC2 instance", "RDS database instance postgres", "S3 bucket", "billing", "checkout", "orders",
            "production", "staging", "environment", "team", "cost-center", "web", "worker", "backup", "eu-central-1 Frankfurt", "us-east-1 N. Virginia");

    private final Embedder embedder;

    private final Path nativeFolder;

    @Activate
    public EmbeddingBenchmark(@Reference Embedder embedder, @Reference Environment environment) {
        this.embedder = embedder;
        nativeFolder = OnnxEmbedder.nativeFolder(environment);
    }

    @Override
    public List<Measured> run(Path folder, int rounds, Consumer<String> progress) throws Exception {
        var texts = texts();
        int threads = Runtime.getRuntime().availableProcessors();
        var ours = new ArrayList<Double>();
        var raw = new ArrayList<Double>();
        try (var model = MiniLm.load(nativeFolder, MiniLm.BUNDLED); var workers = Executors.newFixedThreadPool(threads)) {
            var tokens = texts.stream().map(model::tokens).toList();
            var runs = OnnxEmbedder.batches(tokens).stream().map(batch -> model.input(batch.stream().map(tokens::get).toList())).toList();
            for (int round = 0; round <= rounds; round++) {
                progress.accept(round == 0 ? "warming up" : "round " + round + " of " + rounds);
                long start = System.nanoTime();
                embedder.embed(texts);
                long between = System.nanoTime();
                for (var done : workers.invokeAll(runs.stream().<Callable<Void>>map(input -> () -> bareRun(model, input)).toList())) {
                    done.get();
                }
                if (round > 0) {
                    ours.add(TEXTS * 1e9 / (between - start));
                    raw.add(TEXTS * 1e9 / (System.nanoTime() - between));
                }
            }
        }
        return List.of(Measured.toKnow("embedding " + TEXTS + " texts on " + threads + " cores", "", median(ours), "texts/s"),
                Measured.atLeast(TARGET, "embedding " + TEXTS + " texts", "ONNX Runtime alone, same batches", median(ours) / median(raw), "x"));
    }

    private static Void bareRun(MiniLm model, MiniLm.Input input) throws OrtException {
        model.run(input);
        return null;
    }

    /** As long as those of resources. */
    private static List<String> texts() {
        var random = new Random(20_260_101);
        var texts = new ArrayList<String>();
        for (int i = 0; i < TEXTS; i++) {
            var words = new ArrayList<String>();
            for (int word = 6 + random.nextInt(10); word > 0; word--) {
                words.add(WORDS.get(random.nextInt(WORDS.size())));
            }
            texts.add(String.join(" ", words) + " " + i);
        }
        return texts;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
