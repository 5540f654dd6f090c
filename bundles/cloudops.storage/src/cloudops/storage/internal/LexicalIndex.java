package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

import cloudops.storage.ResourceFilter;
import cloudops.storage.internal.LexicalDocument.Shown;

/** Finds resources by the words of their decrypted fields. It lives in memory. Thread-safe; one thread at a time changes it. */
final class LexicalIndex {

    private final Directory directory;

    private final SearcherManager searchers;

    /**
     * What was found.
     *
     * @param id of its point
     * @param score comparable within one answer
     * @param name as it is shown
     * @param identifier of the service
     */
    record Match(UUID id, float score, String name, String identifier) {

        /** Best first; equals by name, then in an order that does not change. */
        static final Comparator<Match> BEST_FIRST =
                comparing(Match::score, Comparator.reverseOrder()).thenComparing(Match::name).thenComparing(Match::id);
    }

    /**
     * What is known of a question.
     *
     * @param matches the best first
     * @param unknown what was asked for and no resource has, filtered or not
     */
    record Answer(List<Match> matches, Set<String> unknown) {
    }

    LexicalIndex() {
        this(empty());
    }

    /** @param directory with an index in it, which this one becomes */
    LexicalIndex(Directory directory) {
        this.directory = directory;
        try {
            searchers = new SearcherManager(directory, new Searchers());
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    private static Directory empty() {
        var directory = new ByteBuffersDirectory();
        try (var writer = new IndexWriter(directory, config())) {
            return directory;
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    private static IndexWriterConfig config() {
        return new IndexWriterConfig(null).setMergeScheduler(new SerialMergeScheduler());
    }

    /** Lucene's cache would outlive the index, and with it what was decrypted. */
    private static final class Searchers extends SearcherFactory {

        @Override
        public IndexSearcher newSearcher(IndexReader reader, IndexReader previous) {
            var searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            return searcher;
        }
    }

    /** All of it, while nobody changes it, as {@link IndexSnapshot} has it. */
    byte[] copy() {
        try {
            return IndexSnapshot.copy(directory);
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    /** To be closed: then what was changed is found. */
    Changes changes() {
        return new Changes();
    }

    /** For one thread. */
    final class Changes implements AutoCloseable {

        private IndexWriter writer;

        private int changed;

        private Changes() {
        }

        private IndexWriter writer() throws IOException {
            if (writer == null) {
                writer = new IndexWriter(directory, config());
            }
            return writer;
        }

        /** @param document of {@link LexicalDocument#of}, in place of that with the same ID */
        void put(UUID id, Document document) {
            try {
                writer().updateDocument(LexicalDocument.term(id), document);
                changed++;
            } catch (IOException e) {
                throw inMemory(e);
            }
        }

        void remove(Collection<UUID> ids) {
            try {
                if (!ids.isEmpty()) {
                    writer().deleteDocuments(ids.stream().map(LexicalDocument::term).toArray(Term[]::new));
                    changed += ids.size();
                }
            } catch (IOException e) {
                throw inMemory(e);
            }
        }

        /** How many were put or removed. */
        int count() {
            return changed;
        }

        @Override
        public void close() {
            try {
                if (writer != null) {
                    writer.close();
                    searchers.maybeRefreshBlocking();
                }
            } catch (IOException e) {
                throw inMemory(e);
            }
        }
    }

    /** What each resource that is in the index was put with. */
    Map<UUID, Integer> fingerprints() {
        return searching(searcher -> {
            var fingerprints = new HashMap<UUID, Integer>();
            for (var segment : searcher.getIndexReader().leaves()) {
                var live = segment.reader().getLiveDocs();
                var shown = segment.reader().getBinaryDocValues(LexicalDocument.SHOWN);
                for (int doc = 0; doc < segment.reader().maxDoc(); doc++) {
                    if ((live == null || live.get(doc)) && shown.advanceExact(doc)) {
                        var there = Shown.decode(shown.binaryValue());
                        fingerprints.put(there.id(), there.fingerprint());
                    }
                }
            }
            return fingerprints;
        });
    }

    /** How many resources are in it. */
    int size() {
        return searching(searcher -> searcher.getIndexReader().numDocs());
    }

    void close() {
        try {
            searchers.close();
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    /** Those whose {@code field}, one of the whole ones, equals {@code text}. */
    List<Match> exact(String field, String text, ResourceFilter filter, int limit) {
        return search(new TermQuery(new Term(field, LexicalDocument.whole(text))), filter, limit);
    }

    /** Those that {@code query} matches and {@code filter} lets through, by the query's scores. */
    List<Match> search(Query query, ResourceFilter filter, int limit) {
        var filtered = filter.equals(ResourceFilter.ALL) ? query
                : new BooleanQuery.Builder().add(query, Occur.MUST).add(LexicalDocument.filter(filter), Occur.FILTER).build();
        return searching(searcher -> {
            var found = searcher.search(filtered, limit).scoreDocs;
            Arrays.sort(found, comparing(hit -> hit.doc));
            var shown = new ShownValues(searcher);
            var matches = new ArrayList<Match>();
            for (var hit : found) {
                matches.add(shown.match(hit.doc, hit.score));
            }
            matches.sort(Match.BEST_FIRST);
            return matches;
        });
    }

    /**
     * Those that have anything of what {@code query} asks for and {@code filter} lets through, by what they have of it. Typing errors are forgiven
     * unless {@code enough} have all of it without.
     */
    Answer search(LexicalQuery query, ResourceFilter filter, int enough, int limit) {
        return searching(searcher -> {
            var tally = new Tally(searcher, query, filter);
            if (tally.havingAll() < enough) {
                tally.forgiveErrors();
            }
            var shown = new ShownValues(searcher);
            var matches = new ArrayList<Match>();
            for (int document : tally.best(limit)) {
                matches.add(shown.match(document, tally.points(document)));
            }
            matches.sort(Match.BEST_FIRST);
            return new Answer(matches, tally.unknown());
        });
    }

    /**
     * The words that names and tags are made of, without numbers, the most frequent first.
     *
     * @param most at most so many
     */
    List<String> vocabulary(int most) {
        return searching(searcher -> {
            var frequencies = new HashMap<String, Integer>();
            for (var field : List.of(LexicalDocument.WORDS, LexicalDocument.TAGS)) {
                var terms = MultiTerms.getTerms(searcher.getIndexReader(), field);
                if (terms != null) {
                    var each = terms.iterator();
                    for (var term = each.next(); term != null; term = each.next()) {
                        var word = term.utf8ToString();
                        if (word.length() > 2 && word.chars().allMatch(Character::isLetter)) {
                            frequencies.merge(word, each.docFreq(), Integer::sum);
                        }
                    }
                }
            }
            return frequencies.entrySet().stream()
                    .sorted(Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                    .limit(most).map(Map.Entry::getKey).toList();
        });
    }

    private interface Searching<T> {
        T with(IndexSearcher searcher) throws IOException;
    }

    private <T> T searching(Searching<T> search) {
        try {
            var searcher = searchers.acquire();
            try {
                return search.with(searcher);
            } finally {
                searchers.release(searcher);
            }
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    private static UncheckedIOException inMemory(IOException e) {
        return new UncheckedIOException("the search index in memory failed", e);
    }
}
