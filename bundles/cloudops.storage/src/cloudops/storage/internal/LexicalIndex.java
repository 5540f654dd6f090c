package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;

import cloudops.model.AwsResource;
import cloudops.storage.ResourceFilter;

/**
 * Finds resources by the words of their decrypted fields. It lives in memory only and is never written anywhere. Thread-safe; what was
 * put or removed is found after {@link #refresh}.
 */
final class LexicalIndex {

    /** Fields that are matched whole, folded. */
    static final String NAME = "name", IDS = "ids";

    /** The folded name without its separators. */
    static final String LETTERS = "letters";

    /** Tags as key=value: folded, and without separators. */
    static final String TAG_PAIRS = "tag_pairs";

    /** Fields of words. */
    static final String WORDS = "words", KIND = "kind", TAGS = "tags", FACTS = "facts", TRIGRAMS = "trigrams";

    private static final String UUID_FIELD = "uuid", SHOWN_NAME = "shown_name", SHOWN_ID = "shown_id";

    private static final String ACCOUNT = "f_account", REGION = "f_region", SERVICE = "f_service", TYPE = "f_type", STATE = "f_state",
            TAG = "f_tag";

    /** Lucene refuses longer terms than 32 KiB; AWS has no name, ARN or tag of this length. */
    private static final int LONGEST_TERM = 4000;

    private final IndexWriter writer;

    private final SearcherManager searchers;

    /**
     * What was found.
     *
     * @param id of its point
     * @param score of Lucene; comparable within one answer
     * @param name as it is shown
     * @param identifier of the service
     */
    record Match(UUID id, float score, String name, String identifier) {

        /** Best first; equals by name, then in an order that does not change. */
        static final Comparator<Match> BEST_FIRST =
                comparing(Match::score, Comparator.reverseOrder()).thenComparing(Match::name).thenComparing(Match::id);
    }

    LexicalIndex() {
        try {
            writer = new IndexWriter(new ByteBuffersDirectory(), new IndexWriterConfig(new WhitespaceAnalyzer()));
            searchers = new SearcherManager(writer, new SearcherFactory());
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    void put(UUID id, AwsResource resource) {
        try {
            writer.updateDocument(new Term(UUID_FIELD, id.toString()), document(id, resource));
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    void remove(Collection<UUID> ids) {
        try {
            writer.deleteDocuments(ids.stream().map(id -> new Term(UUID_FIELD, id.toString())).toArray(Term[]::new));
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    void refresh() {
        try {
            searchers.maybeRefreshBlocking();
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    /** Those whose {@code field}, one of the whole ones, equals {@code text}. */
    List<Match> exact(String field, String text, ResourceFilter filter, int limit) {
        return search(new TermQuery(new Term(field, whole(text))), filter, limit);
    }

    /** Those that {@code query} matches and {@code filter} lets through. */
    List<Match> search(Query query, ResourceFilter filter, int limit) {
        IndexSearcher searcher = null;
        try {
            searcher = searchers.acquire();
            var found = new ArrayList<Match>();
            var stored = searcher.storedFields();
            for (var hit : searcher.search(filtered(query, filter), limit).scoreDocs) {
                var document = stored.document(hit.doc);
                found.add(new Match(UUID.fromString(document.get(UUID_FIELD)), hit.score, document.get(SHOWN_NAME),
                        document.get(SHOWN_ID)));
            }
            found.sort(Match.BEST_FIRST);
            return found;
        } catch (IOException e) {
            throw inMemory(e);
        } finally {
            release(searcher);
        }
    }

    /** Whether {@code query} matches anything at all. */
    boolean has(Query query) {
        return !search(query, ResourceFilter.ALL, 1).isEmpty();
    }

    /**
     * The words that names and tags are made of, without numbers, the most frequent first.
     *
     * @param most at most so many
     */
    List<String> vocabulary(int most) {
        IndexSearcher searcher = null;
        try {
            searcher = searchers.acquire();
            var frequencies = new HashMap<String, Integer>();
            for (var field : List.of(WORDS, TAGS)) {
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
        } catch (IOException e) {
            throw inMemory(e);
        } finally {
            release(searcher);
        }
    }

    /** How a whole field is compared. */
    static String whole(String text) {
        var folded = Words.fold(text.strip());
        return folded.length() <= LONGEST_TERM ? folded : folded.substring(0, LONGEST_TERM);
    }

    /** All runs of three characters of the folded text without its separators; the text itself when it is shorter. */
    static Set<String> trigrams(String text) {
        var letters = letters(text);
        var trigrams = new LinkedHashSet<String>();
        for (int i = 0; i + 3 <= letters.length() && i < LONGEST_TERM; i++) {
            trigrams.add(letters.substring(i, i + 3));
        }
        return trigrams.isEmpty() && !letters.isEmpty() ? Set.of(letters) : trigrams;
    }

    static String letters(String text) {
        return String.join("", Words.of(text));
    }

    /** How a tag may be written, the most exact first. */
    static Set<String> tagPairs(String key, String value) {
        var pairs = new LinkedHashSet<String>();
        pairs.add(clipped(Words.fold(key + "=" + value)));
        pairs.add(clipped(letters(key) + "=" + letters(value)));
        return pairs;
    }

    private static Document document(UUID id, AwsResource resource) {
        var document = new Document();
        document.add(new StringField(UUID_FIELD, id.toString(), Field.Store.YES));
        document.add(new StoredField(SHOWN_NAME, resource.name()));
        document.add(new StoredField(SHOWN_ID, resource.identifier()));
        whole(document, NAME, resource.name());
        for (var wholeId : Set.copyOf(List.of(resource.identifier(), resource.arn(), resource.key().displayId()))) {
            whole(document, IDS, wholeId);
        }
        plain(document, LETTERS, letters(resource.name()));
        resource.tags().forEach((tag, value) -> tagPairs(tag, value).forEach(pair -> plain(document, TAG_PAIRS, pair)));
        words(document, WORDS, Words.andParts(resource.name()));
        words(document, TRIGRAMS, trigrams(resource.name()));
        words(document, KIND, kind(resource));
        words(document, TAGS, tags(resource));
        words(document, FACTS, facts(resource));
        filterFields(document, resource);
        return document;
    }

    private static Set<String> kind(AwsResource resource) {
        var words = new LinkedHashSet<>(Words.of(resource.resourceType()));
        words.addAll(Words.of(resource.service()));
        if (resource.metadata().get("engine") instanceof String engine) {
            words.addAll(Words.andParts(engine));
        }
        return words;
    }

    private static Set<String> tags(AwsResource resource) {
        var words = new LinkedHashSet<String>();
        resource.tags().forEach((tag, value) -> {
            if (!tag.equals("Name")) {
                words.addAll(Words.of(tag));
                words.addAll(Words.andParts(value));
            }
        });
        return words;
    }

    private static Set<String> facts(AwsResource resource) {
        var words = Words.andParts(resource.accountName());
        words.add(resource.accountId());
        words.addAll(Words.andParts(resource.region()));
        Regions.place(resource.region()).ifPresent(place -> words.addAll(Words.of(place)));
        if (resource.state() != null) {
            words.addAll(Words.of(resource.state()));
        }
        if (!resource.identifier().equals(resource.name())) {
            words.addAll(Words.of(resource.identifier()));
        }
        for (Map.Entry<String, Object> fact : resource.metadata().entrySet()) {
            if (fact.getValue() instanceof String text) {
                words.addAll(Words.of(text));
            }
        }
        return words;
    }

    private static void filterFields(Document document, AwsResource resource) {
        plain(document, ACCOUNT, resource.accountId());
        plain(document, ACCOUNT, accountName(resource.accountName()));
        plain(document, REGION, resource.region());
        plain(document, SERVICE, resource.service());
        plain(document, TYPE, resource.resourceType());
        if (resource.state() != null) {
            plain(document, STATE, resource.state());
        }
        resource.tags().forEach((tag, value) -> plain(document, TAG, tagTerm(tag, value)));
    }

    private static Query filtered(Query query, ResourceFilter filter) {
        var all = new BooleanQuery.Builder().add(query, Occur.MUST);
        anyOf(all, ACCOUNT, filter.accounts().stream().map(LexicalIndex::accountName).toList());
        anyOf(all, REGION, filter.regions());
        anyOf(all, SERVICE, filter.services());
        anyOf(all, TYPE, filter.types());
        anyOf(all, STATE, filter.states());
        filter.tags().forEach((tag, value) -> anyOf(all, TAG, List.of(tagTerm(tag, value))));
        return all.build();
    }

    private static void anyOf(BooleanQuery.Builder all, String field, List<String> values) {
        if (!values.isEmpty()) {
            all.add(new TermInSetQuery(field, values.stream().map(LexicalIndex::clipped).map(BytesRef::new).toList()), Occur.FILTER);
        }
    }

    private static String accountName(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String tagTerm(String tag, String value) {
        return tag.length() + "=" + tag + value;
    }

    private static void whole(Document document, String field, String text) {
        document.add(new StringField(field, whole(text), Field.Store.NO));
    }

    private static void plain(Document document, String field, String text) {
        document.add(new StringField(field, clipped(text), Field.Store.NO));
    }

    private static void words(Document document, String field, Collection<String> words) {
        document.add(new TextField(field, String.join(" ", words), Field.Store.NO));
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST_TERM ? text : text.substring(0, LONGEST_TERM);
    }

    private void release(IndexSearcher searcher) {
        try {
            if (searcher != null) {
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
