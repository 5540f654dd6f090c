package cloudops.embedding.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import ai.onnxruntime.OrtException;
import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.model.Environment;

/**
 * {@link Embedder} on ONNX Runtime. Texts are sorted by length and cut into batches, so that little work goes into padding; the batches of
 * all callers share one platform thread a core. (On virtual threads, callers inside native code would hold every carrier thread and stop the
 * program's other work.)
 */
@Component
public final class OnnxEmbedder implements Embedder {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxEmbedder.class);
    private static final int BATCH_TEXTS = 32;
    /** Padding included. Bounds the memory of a run, which ONNX Runtime never gives back. */
    private static final int BATCH_TOKENS = 2048;

    private final Path nativeFolder;
    private final MiniLm.Files files;
    private final ThreadPoolExecutor workers;
    /** Shared by those who use the model, exclusive to who closes it: native code knows no other way. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private MiniLm model;

    @Activate
    public OnnxEmbedder(@Reference Environment environment) {
        this(environment, MiniLm.BUNDLED);
    }

    OnnxEmbedder(Environment environment, MiniLm.Files files) {
        this.files = files;
        nativeFolder = nativeFolder(environment);
        int cores = Runtime.getRuntime().availableProcessors();
        workers = new ThreadPoolExecutor(cores, cores, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("embedding-", 1).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    static Path nativeFolder(Environment environment) {
        return environment.home().resolve("native").toAbsolutePath();
    }

    @Override
    public List<float[]> embed(List<String> texts) throws EmbeddingException {
        if (texts.isEmpty()) {
            return List.of();
        }
        use.readLock().lock();
        try {
            return embed(model(), texts);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Embeds equal texts once: many resources that nobody named have the same. */
    private List<float[]> embed(MiniLm loaded, List<String> texts) throws EmbeddingException {
        var different = List.copyOf(new LinkedHashSet<>(texts));
        var vectors = embedDifferent(loaded, different);
        if (different.size() == texts.size()) {
            return vectors;
        }
        var byText = new HashMap<String, float[]>();
        for (int i = 0; i < vectors.size(); i++) {
            byText.put(different.get(i), vectors.get(i));
        }
        return texts.stream().map(text -> byText.get(text).clone()).toList();
    }

    private List<float[]> embedDifferent(MiniLm loaded, List<String> texts) throws EmbeddingException {
        var tokens = texts.stream().map(loaded::tokens).toList();
        var vectors = new float[texts.size()][];
        var work = new ArrayList<Callable<Void>>();
        for (var batch : batches(tokens)) {
            work.add(() -> {
                var result = loaded.vectors(batch.stream().map(tokens::get).toList());
                IntStream.range(0, result.length).forEach(i -> vectors[batch.get(i)] = result[i]);
                return null;
            });
        }
        run(work);
        return Arrays.asList(vectors);
    }

    /** Positions in {@code tokens}, shortest text first. */
    static List<List<Integer>> batches(List<long[]> tokens) {
        var byLength = IntStream.range(0, tokens.size()).boxed().sorted(Comparator.comparingInt(i -> tokens.get(i).length)).toList();
        var batches = new ArrayList<List<Integer>>();
        int start = 0;
        for (int end = 1; end <= byLength.size(); end++) {
            int texts = end - start;
            if (end == byLength.size() || texts == BATCH_TEXTS || (texts + 1) * tokens.get(byLength.get(end)).length > BATCH_TOKENS) {
                batches.add(byLength.subList(start, end));
                start = end;
            }
        }
        return batches;
    }

    private void run(List<Callable<Void>> work) throws EmbeddingException {
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException(); // a short text may be done before anybody looks
            }
            if (work.size() == 1 && !Thread.currentThread().isVirtual()) {
                runHere(work.getFirst()); // somebody waits for a query: to another thread and back takes a third of it
                return;
            }
            for (var done : workers.invokeAll(work)) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw new EmbeddingException("The embedding model failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddingException("Interrupted while embedding.", e);
        }
    }

    private static void runHere(Callable<Void> work) throws ExecutionException {
        try {
            work.call();
        } catch (Exception e) {
            throw new ExecutionException(e);
        }
    }

    private synchronized MiniLm model() throws EmbeddingException {
        if (model == null) {
            long start = System.nanoTime();
            try {
                model = MiniLm.load(nativeFolder, files);
            } catch (IOException | OrtException | RuntimeException | LinkageError e) {
                throw new EmbeddingException("The embedding model cannot be loaded: " + e.getMessage() + ". It needs a 64-bit Linux with "
                        + "glibc, macOS or Windows, and " + nativeFolder + " must be writable and allow native libraries.", e);
            }
            LOG.debug("Loaded the embedding model in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
        return model;
    }

    /** Ends what is under way first. */
    @Deactivate
    public void close() throws OrtException {
        use.writeLock().lock();
        try {
            workers.close();
            closeModel();
        } finally {
            use.writeLock().unlock();
        }
    }

    private synchronized void closeModel() throws OrtException {
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
