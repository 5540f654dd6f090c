package cloudops.storage.internal;

import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.storage.ResourceFilter;

/**
 * Does a search without records while the keys are unlocked, on threads of its own: a new process then has loaded the model and the classes
 * by the time at which it needs them.
 */
final class SearchAhead {

    private static final Logger LOG = LoggerFactory.getLogger(SearchAhead.class);

    private SearchAhead() {
    }

    /** Returns at once; what fails here fails in the search itself, too, and is reported there. */
    static void of(String query, Embedder embedder) {
        Thread.ofVirtual().name("search-model-ahead").start(() -> {
            try {
                embedder.embed(List.of(query));
            } catch (EmbeddingException e) {
                LOG.debug("the model cannot be loaded ahead", e);
            }
        });
        Thread.ofVirtual().name("search-keys-ahead").start(() -> Argon2.SMALLEST.key(new char[0], new byte[Argon2.SALT_BYTES]));
        Thread.ofVirtual().name("search-words-ahead").start(() -> {
            var empty = new LexicalIndex();
            empty.search(LexicalQuery.of(query), ResourceFilter.ALL, 1, 1);
            empty.search(LexicalQuery.names(query), ResourceFilter.ALL, 1);
        });
    }
}
