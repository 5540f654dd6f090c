package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;

import cloudops.model.AwsResource;
import cloudops.storage.ResourceFilter;

/** A resource as the {@link LexicalIndex} has it: terms to find and filter it by, and what an answer shows of it. */
final class LexicalDocument {

    /** Of this layout; an index of another is of no use. */
    static final int VERSION = 1;

    /** Fields that are matched whole, folded. */
    static final String NAME = "name", IDS = "ids";

    /** The folded name without its separators. */
    static final String LETTERS = "letters";

    /** Tags as key=value: folded, and without separators. */
    static final String TAG_PAIRS = "tag_pairs";

    /** Fields of words. */
    static final String WORDS = "words", KIND = "kind", TAGS = "tags", FACTS = "facts", TRIGRAMS = "trigrams";

    /** What an answer shows, in one value, because a search reads some hundred of them. */
    static final String SHOWN = "shown";

    private static final String UUID_FIELD = "uuid";

    private static final String ACCOUNT = "f_account", REGION = "f_region", SERVICE = "f_service", TYPE = "f_type", STATE = "f_state",
            TAG = "f_tag";

    /** Lucene refuses longer terms than 32 KiB; AWS has no name, ARN or tag of this length. */
    private static final int LONGEST_TERM = 4000;

    private LexicalDocument() {
    }

    /**
     * What an answer shows of a resource.
     *
     * @param id of its point
     * @param fingerprint of the record that it was read from
     */
    record Shown(UUID id, int fingerprint, String name, String identifier) {

        BytesRef encoded() {
            var shownName = name.getBytes(UTF_8);
            var shownId = identifier.getBytes(UTF_8);
            return new BytesRef(ByteBuffer.allocate(2 * Long.BYTES + 2 * Integer.BYTES + shownName.length + shownId.length)
                    .putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).putInt(fingerprint)
                    .putInt(shownName.length).put(shownName).put(shownId).array());
        }

        static Shown decode(BytesRef encoded) {
            var bytes = ByteBuffer.wrap(encoded.bytes, encoded.offset, encoded.length);
            var id = new UUID(bytes.getLong(), bytes.getLong());
            int fingerprint = bytes.getInt();
            var name = new byte[bytes.getInt()];
            bytes.get(name);
            var identifier = new byte[bytes.remaining()];
            bytes.get(identifier);
            return new Shown(id, fingerprint, new String(name, UTF_8), new String(identifier, UTF_8));
        }
    }

    static Term term(UUID id) {
        return new Term(UUID_FIELD, bytes(id));
    }

    private static BytesRef bytes(UUID id) {
        return new BytesRef(ByteBuffer.allocate(2 * Long.BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
    }

    /** @param fingerprint by which {@link LexicalIndex#fingerprints} tells whether the record is another by now */
    static Document of(UUID id, int fingerprint, AwsResource resource) {
        var document = new Document();
        document.add(new StringField(UUID_FIELD, bytes(id), Field.Store.NO));
        document.add(new BinaryDocValuesField(SHOWN, new Shown(id, fingerprint, resource.name(), resource.identifier()).encoded()));
        plain(document, NAME, whole(resource.name()));
        for (var wholeId : Set.copyOf(List.of(resource.identifier(), resource.arn(), resource.key().displayId()))) {
            plain(document, IDS, whole(wholeId));
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

    /** Matches what {@code filter} lets through. */
    static Query filter(ResourceFilter filter) {
        var all = new BooleanQuery.Builder();
        anyOf(all, ACCOUNT, filter.accounts().stream().map(LexicalDocument::accountName).toList());
        anyOf(all, REGION, filter.regions());
        anyOf(all, SERVICE, filter.services());
        anyOf(all, TYPE, filter.types());
        anyOf(all, STATE, filter.states());
        filter.tags().forEach((tag, value) -> anyOf(all, TAG, List.of(tagTerm(tag, value))));
        return all.build();
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

    private static void anyOf(BooleanQuery.Builder all, String field, List<String> values) {
        if (!values.isEmpty()) {
            all.add(new TermInSetQuery(field, values.stream().map(LexicalDocument::clipped).map(BytesRef::new).toList()), Occur.FILTER);
        }
    }

    private static String accountName(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String tagTerm(String tag, String value) {
        return tag.length() + "=" + tag + value;
    }

    private static void plain(Document document, String field, String text) {
        document.add(new StringField(field, clipped(text), Field.Store.NO));
    }

    private static void words(Document document, String field, Collection<String> words) {
        words.forEach(word -> plain(document, field, word));
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST_TERM ? text : text.substring(0, LONGEST_TERM);
    }
}
