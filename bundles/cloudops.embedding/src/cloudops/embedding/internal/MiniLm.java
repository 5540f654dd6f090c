package cloudops.embedding.internal;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import cloudops.embedding.Embedder;

/**
 * The loaded model: tokenizer and network, about 60 MB outside the Java heap until closed. Thread-safe; the network runs on the calling
 * thread alone, so that as many callers as there are cores use all of them and no more.
 */
final class MiniLm implements AutoCloseable {

    /** What lies in the bundle. */
    static final Files BUNDLED = new Files("/model/all-minilm-l6-v2-q.onnx", "/model/all-minilm-l6-v2-q-tokenizer.json");
    private static final int MAX_TOKENS = 256;

    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment runtime;
    private final OrtSession session;

    private MiniLm(HuggingFaceTokenizer tokenizer, OrtEnvironment runtime, OrtSession session) {
        this.tokenizer = tokenizer;
        this.runtime = runtime;
        this.session = session;
    }

    /** The resources that a model is read from. */
    record Files(String network, String tokenizer) {
    }

    /** @param nativeFolder where native libraries may be unpacked to; made if it is not there */
    static MiniLm load(Path nativeFolder, Files files) throws IOException, OrtException {
        NativeLibraries.prepare(nativeFolder);
        var network = resource(files.network());
        var tokenizer = tokenizer(files.tokenizer());
        var runtime = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return new MiniLm(tokenizer, runtime, runtime.createSession(network, options));
        } catch (OrtException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** The file asks for padding to 128 tokens, three times the work of padding each batch to its longest text. */
    private static HuggingFaceTokenizer tokenizer(String name) throws IOException {
        var thread = Thread.currentThread();
        var loader = thread.getContextClassLoader();
        thread.setContextClassLoader(HuggingFaceTokenizer.class.getClassLoader()); // DJL looks there for its native library
        try (var in = MiniLm.class.getResourceAsStream(name)) {
            if (in == null) {
                throw missing(name);
            }
            return HuggingFaceTokenizer.newInstance(in,
                    Map.of("padding", "false", "truncation", "true", "maxLength", String.valueOf(MAX_TOKENS)));
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = MiniLm.class.getResourceAsStream(name)) {
            if (in == null) {
                throw missing(name);
            }
            return in.readAllBytes();
        }
    }

    private static IOException missing(String name) {
        return new IOException("the bundle was built without " + name + "; build the product again");
    }

    /** The token numbers of {@code text}: at least 2 (start and end), at most 256. */
    long[] tokens(String text) {
        return tokenizer.encode(text).getIds();
    }

    /** Texts as the network takes them: a row each, padded to the longest. */
    record Input(int rows, int columns, LongBuffer ids, LongBuffer mask) {
    }

    Input input(List<long[]> texts) {
        int rows = texts.size();
        int columns = texts.stream().mapToInt(tokens -> tokens.length).max().orElse(0);
        var ids = LongBuffer.allocate(rows * columns);
        var mask = LongBuffer.allocate(rows * columns);
        for (int row = 0; row < rows; row++) {
            var tokens = texts.get(row);
            ids.put(row * columns, tokens);
            for (int column = 0; column < tokens.length; column++) {
                mask.put(row * columns + column, 1);
            }
        }
        return new Input(rows, columns, ids, mask);
    }

    /** What the network makes of {@code input}: {@link Embedder#DIMENSIONS} numbers a token. */
    FloatBuffer run(Input input) throws OrtException {
        var shape = new long[] { input.rows(), input.columns() };
        try (var ids = OnnxTensor.createTensor(runtime, input.ids(), shape);
                var mask = OnnxTensor.createTensor(runtime, input.mask(), shape);
                var types = OnnxTensor.createTensor(runtime, LongBuffer.allocate(input.rows() * input.columns()), shape);
                var result = session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer();
        }
    }

    /** One unit vector a text, in order. The work grows with number of texts × tokens of the longest. */
    float[][] vectors(List<long[]> texts) throws OrtException {
        var input = input(texts);
        var states = run(input);
        int tokens = input.rows() * input.columns();
        if (states.remaining() != tokens * Embedder.DIMENSIONS) {
            throw new OrtException("The network gave " + states.remaining() + " numbers for " + input.rows() + " texts of " + input.columns()
                    + " tokens; expected " + Embedder.DIMENSIONS + " a token.");
        }
        var vectors = new float[input.rows()][];
        for (int row = 0; row < vectors.length; row++) {
            vectors[row] = meanOfLengthOne(states, row * input.columns(), texts.get(row).length);
        }
        return vectors;
    }

    /** The pooling that the model was trained with: the mean over the text's own tokens, padding left out, scaled to length 1. */
    private static float[] meanOfLengthOne(FloatBuffer states, int firstToken, int tokens) {
        var vector = new float[Embedder.DIMENSIONS];
        var state = new float[Embedder.DIMENSIONS];
        for (int token = firstToken; token < firstToken + tokens; token++) {
            states.get(token * Embedder.DIMENSIONS, state);
            for (int i = 0; i < vector.length; i++) {
                vector[i] += state[i];
            }
        }
        double squares = 0;
        for (var x : vector) {
            squares += (double) x * x;
        }
        var scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    /** Must not be called while another thread is in {@link #vectors} or {@link #tokens}. */
    @Override
    public void close() throws OrtException {
        tokenizer.close();
        session.close();
    }
}
