package cloudops.vectorstore.lucene.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import cloudops.vectorstore.Point;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;

/** A program that writes to a store, started as a process of its own: {@code root firstNumber batches pointsPerBatch [dimensions]}. */
final class OtherProcess {

    private OtherProcess() {
    }

    public static void main(String[] args) throws Exception {
        int number = Integer.parseInt(args[1]);
        var store = new LuceneVectorStore(Path.of(args[0]), new Tuning(Duration.ofSeconds(30), 1000));
        store.ensureCollection("points", args.length > 4 ? Integer.parseInt(args[4]) : 4);
        System.out.println("ready");
        for (int batch = Integer.parseInt(args[2]); batch > 0; batch--) {
            var points = new Point[Integer.parseInt(args[3])];
            for (int i = 0; i < points.length; i++) {
                points[i] = new Point(new UUID(0x8000L, number), new float[] { 1, number, 0, 0 }, Map.of("writer", List.of(args[1])),
                        new byte[100]);
                number++;
            }
            store.upsert("points", List.of(points));
        }
        store.close();
    }
}
