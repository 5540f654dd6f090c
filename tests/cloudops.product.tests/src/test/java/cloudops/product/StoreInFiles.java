package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.lucene.internal.LuceneStores;

/** The store in files of a home, filled and read with the product's own classes in a process of its own. */
final class StoreInFiles {

    private static final Map<String, Integer> COLLECTIONS = Map.of("aws_estate", 384, "chat_history", 384);

    private final Path folder;

    StoreInFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes the points of these numbers into both collections. */
    void put(int from, int to, int version) throws Exception {
        run("put", String.valueOf(from), String.valueOf(to), String.valueOf(version));
    }

    void delete(int from, int to) throws Exception {
        run("delete", String.valueOf(from), String.valueOf(to));
    }

    /** Every bit of every point, a line each, in order. */
    List<String> contents() throws Exception {
        return run("read").lines().toList();
    }

    private String run(String... arguments) throws Exception {
        var classPath = new ArrayList<>(List.of(System.getProperty("cloudops.test.classes", "target/test-classes")));
        try (var plugins = Files.list(Product.FOLDER.resolve("plugins"))) {
            plugins.map(Path::toString).filter(name -> name.endsWith(".jar")).forEach(classPath::add);
        }
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", String.join(File.pathSeparator, classPath), StoreInFiles.class.getName(), folder.toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", arguments)).isZero();
        return said;
    }

    public static void main(String[] arguments) throws Exception {
        try (var store = new LuceneStores().open("lucene:" + arguments[0], Path.of(arguments[0]))) {
            for (var collection : COLLECTIONS.keySet().stream().sorted().toList()) {
                switch (arguments[1]) {
                    case "put" -> {
                        store.ensureCollection(collection, COLLECTIONS.get(collection));
                        store.upsert(collection, IntStream.range(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]))
                                .mapToObj(number -> point(collection, number, arguments[4])).toList());
                    }
                    case "delete" -> store.delete(collection, IntStream.range(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]))
                            .mapToObj(number -> id(collection, number)).toList());
                    default -> {
                        var lines = new ArrayList<String>();
                        store.scroll(collection, Filter.ALL, point -> lines.add(collection + " " + point.id() + " " + point.payload() + " "
                                + new String(point.blob(), StandardCharsets.ISO_8859_1) + " " + bits(point.vector())));
                        lines.stream().sorted().forEach(System.out::println);
                    }
                }
            }
        }
    }

    private static List<Integer> bits(float[] vector) {
        return vector == null ? null : IntStream.range(0, vector.length).mapToObj(i -> Float.floatToRawIntBits(vector[i])).toList();
    }

    private static UUID id(String collection, int number) {
        return new UUID(collection.hashCode(), number);
    }

    private static Point point(String collection, int number, String version) {
        var random = new Random(number);
        var vector = new float[COLLECTIONS.get(collection)];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return new Point(id(collection, number), number % 10 == 0 ? null : vector, Map.of("number", List.of(String.valueOf(number))),
                ("version " + version).getBytes(StandardCharsets.ISO_8859_1));
    }
}
