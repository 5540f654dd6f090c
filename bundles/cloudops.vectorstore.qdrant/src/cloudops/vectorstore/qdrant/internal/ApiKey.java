package cloudops.vectorstore.qdrant.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

/** Where the key for a server comes from: the file that its address names, else the environment, else there is none. */
final class ApiKey {

    static final String VARIABLE = "CLOUDOPS_QDRANT_API_KEY";

    private ApiKey() {
    }

    static Optional<String> of(QdrantAddress address, Map<String, String> environment) throws VectorStoreException {
        var key = address.apiKeyFile().isPresent() ? read(address) : Optional.ofNullable(environment.get(VARIABLE));
        return key.map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Optional<String> read(QdrantAddress address) throws VectorStoreException {
        var file = address.apiKeyFile().orElseThrow();
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            throw new VectorStoreException(Problem.IO, "The API key for " + address + " cannot be read from " + file + ": "
                    + e.getClass().getSimpleName() + ".", e);
        }
    }
}
