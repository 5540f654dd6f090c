package cloudops.embedding.internal;

import java.nio.file.Path;
import java.util.Optional;

import cloudops.model.Environment;

/** The model in the precisions that there are. */
public enum Models {

    INT8(MiniLm.BUNDLED),
    FP32(new MiniLm.Files("/all-minilm-l6-v2.onnx", "/all-minilm-l6-v2-tokenizer.json"));

    private final MiniLm.Files files;

    Models(MiniLm.Files files) {
        this.files = files;
    }

    /** To be closed. */
    public OnnxEmbedder open(Path home) {
        return new OnnxEmbedder(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false),
                files);
    }
}
