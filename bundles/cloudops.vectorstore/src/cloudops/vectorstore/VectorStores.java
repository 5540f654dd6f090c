package cloudops.vectorstore;

import org.osgi.annotation.versioning.ProviderType;

import cloudops.vectorstore.spi.OpenStore;

/**
 * Which stores there are. A service; thread-safe.
 *
 * <p>An address says where a store is: {@code lucene:PATH} ({@code lucene:} for the usual place below the home), {@code qdrant://HOST[:PORT]},
 * {@code qdrants://HOST[:PORT]} with TLS.
 */
@ProviderType
public interface VectorStores {

    /**
     * The address of the home's own store, the one behind the service {@link VectorStore}: {@code store.url} of {@code <home>/settings.json},
     * {@code lucene:} where that says nothing.
     *
     * @throws VectorStoreException {@code IO} when the settings cannot be read: which store is meant is not guessed
     */
    String own() throws VectorStoreException;

    /**
     * Opens the store at {@code address}. The caller closes it.
     *
     * @throws IllegalArgumentException when it is no address, or this product has nothing that opens it
     */
    OpenStore open(String address) throws VectorStoreException;

    /**
     * Makes {@code address} the home's own, from the next start of the program on. The rest of the settings stays.
     *
     * @throws VectorStoreException {@code IO}
     */
    void choose(String address) throws VectorStoreException;
}
