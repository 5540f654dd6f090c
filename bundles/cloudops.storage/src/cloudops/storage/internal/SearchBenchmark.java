package cloudops.storage.internal;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.embedding.Embedder;
import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.model.bench.Benchmark;
import cloudops.storage.EmbeddingText;
import cloudops.storage.EstateStorage;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.spi.PassphraseSource;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.VectorStore;

/**
 * Writing and searching an estate of 10,000 and of 100,000 resources, beside Lucene alone with the same documents in the clear. Some hundred vectors are of
 * the model; the others are these with noise, because a hundred thousand texts take minutes to be embedded.
 */
@Component(service = Benchmark.class, property = Benchmark.NAME + "=search")
public final class SearchBenchmark implements Benchmark {

    private static final int SMALL = 10_000, LARGE = 100_000, MODEL_VECTORS = 500, BATCH = 10_000;

    private static final int QUERIES = 400, WARMING_UP = 1000, NEAREST = 10, RECALL_QUERIES = 50, PROCESSES = 5;

    private static final List<String> APPS = List.of("billing", "checkout", "identity", "payments", "catalog", "shipping", "inventory", "mailer",
            "thumbnails", "analytics", "calendar", "payroll", "translations", "fraud", "weather", "video", "maps", "forum", "orders", "reports");

    private static final List<String> STAGES = List.of("production", "staging", "dev", "qa");

    private static final List<String> ROLES = List.of("api", "web", "worker", "batch", "db", "cache", "logs", "backups");

    private static final Map<String, String> TYPES = Map.of("ec2_instance", "EC2 instance", "rds_instance", "RDS database instance", "s3_bucket", "S3 bucket",
            "ec2_volume", "EBS volume");

    private static final List<String> REGIONS = List.of("eu-central-1", "us-east-1", "eu-west-1", "ap-southeast-2");

    private final VectorStore store;

    private final EstateStorage estate;

    private final Embedder embedder;

    private final Environment environment;

    private final PassphraseSource passphrases;

    private final Random random = new Random(20_260_101);

    @Activate
    public SearchBenchmark(@Reference VectorStore store, @Reference EstateStorage estate, @Reference Embedder embedder,
            @Reference Environment environment, @Reference PassphraseSource passphrases) {
        this.environment = environment;
        this.passphrases = passphrases;
        this.store = store;
        this.estate = estate;
        this.embedder = embedder;
    }

    @Override
    public List<Measured> run(Path folder, int rounds, Consumer<String> progress) throws Exception {
        var results = new ArrayList<Measured>();
        progress.accept("embedding " + MODEL_VECTORS + " texts");
        var all = generate();
        estate.count(ResourceFilter.ALL); // opens the home, which takes a passphrase its time

        progress.accept("writing " + SMALL + " resources");
        var small = all.subList(0, SMALL);
        double lucene = Double.MAX_VALUE;
        int best = Math.min(rounds, 3);
        for (int round = 0; round < best; round++) {
            var bare = folder.resolve("lucene-" + round);
            lucene = Math.min(lucene, seconds(() -> index(small, bare)));
        }
        double written = seconds(() -> estate.upsert(small));
        double again = Double.MAX_VALUE;
        for (int round = 0; round < best; round++) {
            again = Math.min(again, seconds(() -> estate.upsert(small)));
        }
        results.add(Measured.atMost(3, "write " + SMALL + " new resources", "Lucene alone", written / lucene, "x"));
        results.add(Measured.atMost(0.1, "write them again, unchanged", "Lucene alone", again / lucene, "x"));
        results.add(Measured.atMost(0.1, "write them again, unchanged", "the first time", again / written, "x"));

        results.add(Measured.toKnow("first search of " + SMALL + ", which reads them all", "", 1000 * seconds(() -> search("warm up")), "ms"));
        results.addAll(searches(SMALL, folder.resolve("lucene-0"), 8, 25, progress));
        progress.accept("searching in processes of their own");
        results.add(Measured.atMost(1.5, "search process on " + SMALL + ", from its start to its end, median", "", searchProcess(), "s"));
        progress.accept("writing " + LARGE + " resources");
        double longest = 0, together = 0;
        for (int from = SMALL; from < LARGE; from += BATCH) {
            var batch = all.subList(from, Math.min(LARGE, from + BATCH));
            double took = seconds(() -> estate.upsert(batch));
            longest = Math.max(longest, took);
            together += took;
        }
        results.add(Measured.toKnow("write " + (LARGE - SMALL) + " more, " + BATCH + " at a time", "", together, "s"));
        results.add(Measured.toKnow("the longest of these writes, which makes a graph", "", longest, "s"));
        index(all, folder.resolve("lucene-large"));
        results.add(Measured.toKnow("first search of " + LARGE + ", which reads the new ones", "", 1000 * seconds(() -> search("warm up")), "ms"));
        results.addAll(searches(LARGE, folder.resolve("lucene-large"), 20, 60, progress));
        progress.accept("comparing with the exactly nearest");
        results.add(Measured.atLeast(0.95, "recall@" + NEAREST + " of " + LARGE + " vectors", "exact search", recall(all), "x"));
        return results;
    }

    private List<Measured> searches(int size, Path bare, double median, double tail, Consumer<String> progress) throws Exception {
        progress.accept("searching " + size + " resources");
        var ours = new double[QUERIES];
        var completions = new double[QUERIES];
        var theirs = new double[QUERIES];
        try (var directory = FSDirectory.open(bare); var reader = DirectoryReader.open(directory)) {
            var searcher = new IndexSearcher(reader);
            for (int i = -WARMING_UP; i < QUERIES; i++) {
                var query = query(i & 3);
                double took = 1000 * seconds(() -> search(query));
                double completed = 1000 * seconds(() -> estate.complete(query.substring(0, Math.min(query.length(), 6)), ResourceFilter.ALL, NEAREST));
                double bareTook = 1000 * seconds(() -> words(searcher, query));
                if (i >= 0) {
                    ours[i] = took;
                    completions[i] = completed;
                    theirs[i] = bareTook;
                }
            }
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        Arrays.sort(completions);
        var of = " of " + size;
        return List.of(Measured.atMost(median, "search" + of + ", median", "", ours[QUERIES / 2], "ms"),
                Measured.atMost(tail, "search" + of + ", 99 of 100", "", ours[QUERIES * 99 / 100], "ms"),
                Measured.toKnow("search" + of + ", median", "a query of Lucene", ours[QUERIES / 2] / theirs[QUERIES / 2], "x"),
                size == SMALL ? Measured.atMost(5, "completion" + of + ", median", "", completions[QUERIES / 2], "ms")
                        : Measured.toKnow("completion" + of + ", median", "", completions[QUERIES / 2], "ms"));
    }

    private void search(String query) throws Exception {
        estate.search(query, ResourceFilter.ALL, NEAREST);
    }

    /** Seconds that a command of this product takes to search; the index is on disk since our own first search. */
    private double searchProcess() throws Exception {
        var product = Path.of(System.getProperty("osgi.install.area").substring("file:".length()));
        var command = new ProcessBuilder(product.resolve("cloudops").toString(), "search", query(1), query(2)).redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD);
        command.environment().put("CLOUDOPS_HOME", environment.home().toString());
        command.environment().put("CLOUDOPS_PASSPHRASE", new String(passphrases.passphrase(environment.home(), false).orElseThrow()));
        var took = new double[PROCESSES];
        for (int i = 0; i < PROCESSES; i++) {
            took[i] = seconds(() -> {
                int exit = command.start().waitFor();
                if (exit != 0) {
                    throw new IOException(command.command() + " ended with " + exit);
                }
            });
        }
        Arrays.sort(took);
        return took[PROCESSES / 2];
    }

    /** What people type: a name, a piece of one, what it is and for what, tags. */
    private String query(int kind) {
        return switch (kind) {
            case 0 -> any(APPS) + "-" + any(ROLES) + "-" + any(STAGES) + "-" + random.nextInt(SMALL);
            case 1 -> any(APPS) + "-" + any(ROLES);
            case 2 -> any(STAGES) + " " + any(List.of("databases", "servers", "disks", "buckets")) + " of " + any(APPS);
            default -> "team=" + any(APPS) + " environment=" + any(STAGES);
        };
    }

    private List<Embedded> generate() throws Exception {
        var resources = IntStream.range(0, LARGE).mapToObj(this::resource).toList();
        var texts = resources.subList(0, MODEL_VECTORS).stream()
                .map(resource -> EmbeddingText.of(resource, TYPES.get(resource.resourceType()))).toList();
        var vectors = embedder.embed(texts);
        var embedded = new ArrayList<Embedded>();
        for (int i = 0; i < LARGE; i++) {
            embedded.add(new Embedded(resources.get(i), noisy(vectors.get(i % MODEL_VECTORS))));
        }
        return embedded;
    }

    private AwsResource resource(int number) {
        var type = TYPES.keySet().stream().sorted().toList().get(random.nextInt(TYPES.size()));
        var app = any(APPS);
        var stage = any(STAGES);
        var name = app + "-" + any(ROLES) + "-" + stage + "-" + number;
        var region = any(REGIONS);
        var service = type.substring(0, type.indexOf('_'));
        var tags = new LinkedHashMap<String, String>(Map.of("team", app, "environment", stage));
        return new AwsResource(type, "id-" + Integer.toHexString(0x1000000 + number * 7919), "210000000000", "core", region, service,
                "arn:aws:" + service + ":" + region + ":210000000000:thing/" + number, name, "available", tags, Instant.EPOCH, null, null,
                Map.of("size", "m" + random.nextInt(8)));
    }

    private float[] noisy(float[] vector) {
        var noisy = new float[vector.length];
        double squares = 0;
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = vector[i] + (float) (0.02 * random.nextGaussian());
            squares += noisy[i] * noisy[i];
        }
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] /= (float) Math.sqrt(squares);
        }
        return noisy;
    }

    /** What anybody would write: the resource as JSON, its name to search, its vector. */
    private static void index(List<Embedded> resources, Path folder) throws IOException {
        try (var directory = FSDirectory.open(folder); var writer = new IndexWriter(directory, new IndexWriterConfig())) {
            for (var embedded : resources) {
                var document = new Document();
                document.add(new StringField("id", embedded.resource().key().displayId(), Field.Store.NO));
                document.add(new TextField("name", embedded.resource().name(), Field.Store.YES));
                document.add(new StoredField("json", Json.mapper().writeValueAsBytes(embedded.resource())));
                document.add(new KnnFloatVectorField("vector", embedded.vector(), VectorSimilarityFunction.COSINE));
                writer.updateDocument(new Term("id", embedded.resource().key().displayId()), document);
            }
        }
    }

    private static void words(IndexSearcher searcher, String query) throws IOException {
        var any = new BooleanQuery.Builder();
        Words.of(query).forEach(word -> any.add(new TermQuery(new Term("name", word)), Occur.SHOULD));
        var stored = searcher.storedFields();
        for (var hit : searcher.search(any.build(), NEAREST).scoreDocs) {
            Json.mapper().readTree(stored.document(hit.doc).getBinaryValue("json").bytes);
        }
    }

    private double recall(List<Embedded> all) throws Exception {
        double found = 0;
        for (int i = 0; i < RECALL_QUERIES; i++) {
            var vector = noisy(all.get(random.nextInt(MODEL_VECTORS)).vector());
            var exact = new float[all.size()];
            for (int j = 0; j < exact.length; j++) {
                exact[j] = cosine(vector, all.get(j).vector());
            }
            Arrays.sort(exact);
            float least = exact[exact.length - NEAREST];
            found += store.nearest(Records.COLLECTION, vector, Filter.ALL, NEAREST).stream()
                    .filter(hit -> cosine(vector, hit.point().vector()) >= least).count();
        }
        return found / RECALL_QUERIES / NEAREST;
    }

    private static float cosine(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private <T> T any(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static double seconds(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
