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
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.Fusion.Candidate;
import cloudops.storage.internal.LexicalIndex.Match;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;

/**
 * Search by words and by meaning. The index of words is made from the decrypted records on the first search and then follows the store: whoever
 * wrote, this process or another, the next search finds that the generation is not the one that the index was made from, and reads what has
 * changed. Thread-safe.
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

    /** An index of fewer resources is made faster than it is worth a file. */
    private static final int WORTH_KEEPING = 500;

    /** So many records are decrypted together: enough to keep all cores busy, and little memory. */
    private static final int AT_ONCE = 256;

    private final Records records;

    private final Embedder embedder;

    private final IndexSnapshot snapshot;

    private final ReentrantLock lock = new ReentrantLock();

    /** The index and what it was made from; all guarded by the lock, null before the first search. */
    private LexicalIndex index;

    private String generation;

    /** Null until a question has a word that the estate has not. */
    private Vocabulary vocabulary;

    /** The generation that the vocabulary is of. */
    private String vocabularyOf;

    /** What of the index is not on disk: how many resources were put or removed since. */
    private int notKept;

    /** Null before the first. */
    private Meanwhile<Void> keeping;

    HybridSearch(Records records, Embedder embedder, IndexSnapshot snapshot) {
        this.records = records;
        this.embedder = embedder;
        this.snapshot = snapshot;
    }

    List<SearchHit> search(String query, ResourceFilter filter, int limit) throws StorageException {
        var text = query.strip();
        if (text.isEmpty() || limit < 1) {
            return List.of();
        }
        var plan = FilterPlan.of(filter, records.cipher());
        int depth = Math.max(DEPTH, 2 * limit);
        // meaning takes longer than words: it stays on this thread
        try (var words = Meanwhile.start("search-words", () -> words(text, filter, limit, depth))) {
            var near = nearest(text, plan, depth);
            var said = words.get();
            var typed = new NameMatch(text);
            var fusion = new Fusion()
                    .meaning(near.matches())
                    .words(said.matches(), said.query())
                    .names(typed, said.matches())
                    .names(typed, said.names())
                    .exact(said.wholeIds(), "exact_id")
                    .exact(said.wholeNames(), "exact_name");
            return hits(fusion.best(), near.points(), plan, limit);
        }
    }

    /**
     * What is found by words.
     *
     * @param query what {@code matches} match
     * @param names that are perhaps near to what was typed
     */
    private record Said(LexicalQuery query, List<Match> matches, List<Match> names, List<Match> wholeIds, List<Match> wholeNames) {
    }

    private Said words(String text, ResourceFilter filter, int limit, int depth) throws StorageException {
        var words = upToDate();
        var query = LexicalQuery.of(text);
        var answer = words.search(query, filter, limit, depth);
        if (!answer.unknown().isEmpty() && (answer.matches().isEmpty() || !query.isAllOf(answer.matches().getFirst()))) {
            query = inWordsOfTheEstate(query, answer.unknown(), words);
            answer = words.search(query, filter, limit, depth);
        }
        var said = new Said(query, answer.matches(), words.search(LexicalQuery.names(text), filter, depth), new ArrayList<>(), new ArrayList<>());
        for (var name : exactTexts(text)) {
            said.wholeIds().addAll(words.exact(LexicalDocument.IDS, name, filter, depth));
            said.wholeNames().addAll(words.exact(LexicalDocument.NAME, name, filter, depth));
            // what is a name as a whole is no sentence with names in it
            if (name.equals(text) && !(said.wholeIds().isEmpty() && said.wholeNames().isEmpty())) {
                break;
            }
        }
        return said;
    }

    /** The best of {@code candidates} that are still there: the store has the last word, as a record may have changed since it was indexed. */
    private List<SearchHit> hits(List<Candidate> candidates, Map<UUID, Point> found, FilterPlan plan, int limit) throws StorageException {
        var hits = new ArrayList<SearchHit>();
        for (int from = 0; from < candidates.size() && hits.size() < limit; from += limit) {
            var next = candidates.subList(from, Math.min(candidates.size(), from + limit));
            var points = new HashMap<>(found);
            points.putAll(records.get(next.stream().map(Candidate::id).filter(id -> !found.containsKey(id)).toList()));
            for (var candidate : next) {
                if (hits.size() < limit && points.containsKey(candidate.id())) {
                    records.read(points.get(candidate.id())).filter(plan.whole())
                            .ifPresent(resource -> hits.add(new SearchHit(resource, candidate.score(), candidate.matchedBy())));
                }
            }
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
            boolean first = index == null;
            if (first) {
                load();
            }
            // read before the records: a write in between makes the next search look again
            var now = records.generation();
            if (!now.equals(generation)) {
                readRecords();
                generation = now;
                // reading all records through costs the next start more than this does
                if (first || notKept > index.size() / 10) {
                    keep();
                }
            }
            return index;
        } finally {
            lock.unlock();
        }
    }

    private void load() {
        snapshot.read().ifPresentOrElse(kept -> {
            index = kept.index();
            generation = kept.generation();
        }, () -> index = new LexicalIndex());
    }

    /** Writes the index to disk, while searches go on. */
    private void keep() throws StorageException {
        if (index.size() < WORTH_KEEPING) {
            return;
        }
        waitUntilKept();
        var files = index.copy();
        var of = generation;
        keeping = Meanwhile.start("search-index", () -> {
            snapshot.write(of, files);
            return null;
        });
        notKept = 0;
    }

    private void waitUntilKept() throws StorageException {
        if (keeping != null) {
            keeping.get();
        }
    }

    /**
     * Keeps on disk what the next start would have to read otherwise.
     *
     * @param written whether this process has written so much that the index is worth being brought up to date for that
     */
    void close(boolean written) throws StorageException {
        lock.lock();
        try {
            if (written) {
                upToDate();
            }
            if (notKept > 0) {
                keep();
            }
            waitUntilKept();
        } finally {
            forget();
            lock.unlock();
        }
    }

    private void forget() {
        if (index != null) {
            index.close();
        }
        index = null;
        generation = null;
        vocabulary = null;
        notKept = 0;
    }

    private void readRecords() throws StorageException {
        long started = System.nanoTime();
        var known = index.fingerprints();
        int changed;
        try (var changes = index.changes()) {
            var gone = new HashSet<>(known.keySet());
            var other = new ArrayList<Point>(AT_ONCE);
            records.scroll(Filter.ALL, point -> {
                if (Integer.valueOf(fingerprint(point)).equals(known.get(point.id()))) {
                    gone.remove(point.id());
                } else {
                    other.add(point);
                }
                if (other.size() == AT_ONCE) {
                    put(other, changes, gone);
                    other.clear();
                }
            });
            put(other, changes, gone);
            changes.remove(gone);
            changed = changes.count();
        }
        notKept += changed;
        LOG.debug("search index is up to date records={} changed={} ms={}", index.size(), changed, (System.nanoTime() - started) / 1_000_000);
    }

    /** All cores decrypt, and find the words. The order stays that of the points, so that what matches equally well always comes in one order. */
    private void put(List<Point> points, LexicalIndex.Changes changes, Set<UUID> gone) {
        var documents = points.parallelStream()
                .map(point -> records.read(point).map(resource -> LexicalDocument.of(point.id(), fingerprint(point), resource))).toList();
        for (int i = 0; i < points.size(); i++) {
            var id = points.get(i).id();
            documents.get(i).ifPresent(document -> {
                gone.remove(id);
                changes.put(id, document);
            });
        }
    }

    /** Each writing of a record has a nonce of its own, so that its blob tells one from the next. */
    private static int fingerprint(Point point) {
        return Arrays.hashCode(point.blob());
    }

    /** What nothing in the estate has is looked up by meaning among the words that are there. */
    private LexicalQuery inWordsOfTheEstate(LexicalQuery said, Set<String> unknown, LexicalIndex words) throws StorageException {
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
            if (!generation.equals(vocabularyOf)) {
                vocabulary = Vocabulary.of(words.vocabulary(Vocabulary.MOST), vocabulary, embedder);
                vocabularyOf = generation;
            }
            return vocabulary;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Those that are near in meaning.
     *
     * @param matches the nearest first, without their names
     * @param points of all matches
     */
    private record Near(List<Match> matches, Map<UUID, Point> points) {
    }

    private Near nearest(String text, FilterPlan plan, int depth) throws StorageException {
        var near = new Near(new ArrayList<>(), new HashMap<>());
        var vector = embed(text);
        if (vector.isEmpty()) {
            return near;
        }
        // what only the decrypted resource can tell thins the answer afterwards
        for (var hit : records.nearest(vector.get(), plan.inStore(), plan.storeDecides() ? depth : 4 * depth)) {
            if (hit.similarity() < SOMEHOW_NEAR || near.matches().size() == depth) {
                break;
            }
            // most are never shown, so none is decrypted here unless the filter needs it
            if (plan.storeDecides() || records.read(hit.point()).filter(plan.whole()).isPresent()) {
                near.points().put(hit.point().id(), hit.point());
                near.matches().add(new Match(hit.point().id(), hit.similarity(), "", ""));
            }
        }
        return near;
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

    /** What in the query may be a whole name or ID: first all of it, then, as of a sentence, each word that looks like one. */
    private static Set<String> exactTexts(String text) {
        var texts = new LinkedHashSet<String>();
        texts.add(text);
        for (var token : WHITE_SPACE.split(text)) {
            var bare = AROUND.matcher(token).replaceAll("");
            if (NAME_LIKE.matcher(bare).matches()) {
                texts.add(bare);
            }
        }
        return texts;
    }
}
