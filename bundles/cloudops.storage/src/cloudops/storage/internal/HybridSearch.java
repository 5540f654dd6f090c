package cloudops.storage.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.model.AwsResource;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.LexicalIndex.Match;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;

/**
 * Search by words and by meaning. The index of words is made from the decrypted records on the first search and then follows the store:
 * this process's writes at once, another's on the next search, when the generation is not the one that the index was made from.
 * Thread-safe.
 */
final class HybridSearch {

    private static final Logger LOG = LoggerFactory.getLogger(HybridSearch.class);

    /** So many of each kind are fused, at least. */
    private static final int DEPTH = 100;

    /** Cosine similarity below which two texts have nothing to do with each other. */
    private static final float SOMEHOW_NEAR = 0.2f;

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private static final Pattern AROUND = Pattern.compile("^[\"'`(\\[]+|[\"'`)\\],;:?!.]+$");

    /** A word of a sentence that can only be a name or an ID: with a digit or a separator in it. */
    private static final Pattern NAME_LIKE = Pattern.compile(".*[\\p{N}\\-_./:].*");

    private final Records records;

    private final Embedder embedder;

    private final ReentrantLock lock = new ReentrantLock();

    /** The index and what it was made from; all guarded by the lock, null before the first search. */
    private LexicalIndex index;

    private String generation;

    /** Of the index; null until a question has a word that the estate has not. */
    private Vocabulary vocabulary;

    private final Map<UUID, Integer> indexed = new HashMap<>();

    HybridSearch(Records records, Embedder embedder) {
        this.records = records;
        this.embedder = embedder;
    }

    List<SearchHit> search(String query, ResourceFilter filter, int limit) throws StorageException {
        var text = query.strip();
        if (text.isEmpty() || limit < 1) {
            return List.of();
        }
        var words = upToDate();
        var plan = FilterPlan.of(filter, records.cipher());
        int depth = Math.max(DEPTH, 2 * limit);
        var byMeaning = new HashMap<UUID, Point>();
        var said = LexicalQuery.of(text);
        var byWords = words.search(said.query(), filter, depth);
        if (byWords.isEmpty() || LexicalQuery.said(byWords.getFirst().score()) < said.things()) {
            var meant = inWordsOfTheEstate(said, words);
            if (meant != said) {
                said = meant;
                byWords = words.search(said.query(), filter, depth);
            }
        }
        var fusion = new Fusion()
                .meaning(nearest(text, plan, depth, byMeaning))
                .words(byWords, said)
                .names(text, byWords)
                .names(text, words.search(LexicalQuery.names(text), filter, depth));
        for (var name : exactTexts(text)) {
            fusion.exact(words.exact(LexicalIndex.IDS, name, filter, depth), "exact_id");
            fusion.exact(words.exact(LexicalIndex.NAME, name, filter, depth), "exact_name");
        }
        var hits = new ArrayList<SearchHit>();
        for (var candidate : fusion.best()) {
            if (hits.size() == limit) {
                break;
            }
            // the store has the last word: the record may have been changed or deleted since it was indexed
            resource(candidate.id(), byMeaning).filter(plan.whole())
                    .ifPresent(resource -> hits.add(new SearchHit(resource, candidate.score(), candidate.matchedBy())));
        }
        return hits;
    }

    List<String> complete(String typed, ResourceFilter filter, int limit) throws StorageException {
        var text = typed.strip();
        return text.isEmpty() || limit < 1 ? List.of() : Completion.of(text, upToDate(), filter, limit);
    }

    private LexicalIndex upToDate() throws StorageException {
        lock.lock();
        try {
            // read before the records: a write in between makes the next search look again
            var now = records.generation();
            if (!now.equals(generation)) {
                readRecords();
                generation = now;
            }
            return index;
        } finally {
            lock.unlock();
        }
    }

    private void readRecords() throws StorageException {
        long started = System.nanoTime();
        if (index == null) {
            index = new LexicalIndex();
        }
        var gone = new HashSet<>(indexed.keySet());
        records.scroll(Filter.ALL, point -> {
            gone.remove(point.id());
            if (!Integer.valueOf(fingerprint(point)).equals(indexed.get(point.id()))) {
                records.read(point).ifPresentOrElse(resource -> index(point, resource), () -> gone.add(point.id()));
            }
        });
        index.remove(gone);
        indexed.keySet().removeAll(gone);
        index.refresh();
        vocabulary = null;
        LOG.debug("search index is up to date records={} ms={}", indexed.size(), (System.nanoTime() - started) / 1_000_000);
    }

    private void index(Point point, AwsResource resource) {
        index.put(point.id(), resource);
        indexed.put(point.id(), fingerprint(point));
    }

    /** Each writing of a record has a nonce of its own, so that its blob tells one from the next. */
    private static int fingerprint(Point point) {
        return Arrays.hashCode(point.blob());
    }

    /** What nothing in the estate has is looked up by meaning among the words that are there. */
    private LexicalQuery inWordsOfTheEstate(LexicalQuery said, LexicalIndex words) throws StorageException {
        var unknown = said.unknown(words::has);
        if (unknown.isEmpty()) {
            return said;
        }
        try {
            var meant = vocabulary(words).near(String.join(" ", unknown));
            return meant.isEmpty() ? said : said.with(unknown, meant);
        } catch (EmbeddingException e) {
            notEmbedded(e);
            return said;
        }
    }

    private Vocabulary vocabulary(LexicalIndex words) throws EmbeddingException {
        lock.lock();
        try {
            if (vocabulary == null) {
                vocabulary = Vocabulary.of(words.vocabulary(Vocabulary.MOST), embedder);
            }
            return vocabulary;
        } finally {
            lock.unlock();
        }
    }

    private List<Match> nearest(String text, FilterPlan plan, int depth, Map<UUID, Point> found) throws StorageException {
        var matches = new ArrayList<Match>();
        // what only the decrypted resource can tell thins the answer afterwards
        var vector = embed(text);
        if (vector.isEmpty()) {
            return matches;
        }
        for (var hit : records.nearest(vector.get(), plan.inStore(), plan.storeDecides() ? depth : 4 * depth)) {
            if (hit.similarity() < SOMEHOW_NEAR || matches.size() == depth) {
                break;
            }
            // most are never shown, so none is decrypted here unless the filter needs it
            if (plan.storeDecides() || records.read(hit.point()).filter(plan.whole()).isPresent()) {
                found.put(hit.point().id(), hit.point());
                matches.add(new Match(hit.point().id(), hit.similarity(), "", ""));
            }
        }
        return matches;
    }

    /** Empty when the model cannot be run: words alone find what they can. */
    private Optional<float[]> embed(String text) throws StorageException {
        try {
            return Optional.of(embedder.embed(List.of(text)).getFirst());
        } catch (EmbeddingException e) {
            notEmbedded(e);
            return Optional.empty();
        }
    }

    private static void notEmbedded(EmbeddingException e) throws StorageException {
        if (Thread.currentThread().isInterrupted()) {
            throw new StorageException(Problem.EMBEDDING, "the search was interrupted", e);
        }
        LOG.warn("searching by words only: {}", e.getMessage());
    }

    private Optional<AwsResource> resource(UUID id, Map<UUID, Point> found) throws StorageException {
        var point = found.get(id);
        return (point != null ? Optional.of(point) : records.get(id)).flatMap(records::read);
    }

    /** What in the query may be a whole name or ID: all of it, and in a sentence each word that looks like one. */
    private static Set<String> exactTexts(String text) {
        var texts = new LinkedHashSet<String>();
        for (var token : WHITE_SPACE.split(text)) {
            var bare = AROUND.matcher(token).replaceAll("");
            if (NAME_LIKE.matcher(bare).matches()) {
                texts.add(bare);
            }
        }
        texts.add(text);
        return texts;
    }
}
