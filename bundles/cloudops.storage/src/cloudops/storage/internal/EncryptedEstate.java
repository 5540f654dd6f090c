package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.embedding.Embedder;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;
import cloudops.storage.internal.Records.Wanted;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.VectorStore;

/** The estate in a {@link VectorStore}, which sees nothing of it but what {@link RecordCipher} leaves plain. */
@Component
public final class EncryptedEstate implements EstateStorage {

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedEstate.class);

    /** After so many were written, the next search would take noticeably longer to read them than this process, which is at its end. */
    private static final int MUCH = 500;

    private static final List<String> SCOPE = List.of(RecordCipher.ACCOUNT, RecordCipher.REGION, RecordCipher.TYPE);

    private final VectorStore store;

    private final Embedder embedder;

    private final HomeKey homeKey;

    private final ReentrantLock opening = new ReentrantLock();

    /** Compare and write are one step among the threads of this process. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Those that wait for {@link #writing}: whoever gets it does all of them, since a write takes its time however little it deletes. */
    private final Queue<Deletion> deletions = new ConcurrentLinkedQueue<>();

    private volatile Opened opened;

    /** By this process. */
    private final AtomicLong written = new AtomicLong();

    /** Its outcome is read and written by who holds {@link #writing}. */
    private static final class Deletion {

        private final List<ResourceKey> keys;
        private boolean done;
        private int count;

        Deletion(List<ResourceKey> keys) {
            this.keys = keys;
        }
    }

    private record Opened(Records records, HybridSearch search) {
    }

    @Activate
    public EncryptedEstate(@Reference VectorStore store, @Reference Embedder embedder, @Reference HomeKey homeKey) {
        this.store = store;
        this.embedder = embedder;
        this.homeKey = homeKey;
    }

    /** Opened on first use: that may ask for a passphrase, which the activation of a component must not. */
    private Opened opened() throws StorageException {
        if (opened == null) {
            opening.lock();
            try {
                if (opened == null) {
                    var records = Records.open(store, homeKey);
                    var snapshot = new IndexSnapshot(homeKey, homeKey.home().resolve("search"));
                    opened = new Opened(records, new HybridSearch(records, embedder, snapshot));
                }
            } finally {
                opening.unlock();
            }
        }
        return opened;
    }

    @Override
    public UpsertResult upsert(List<Embedded> resources) throws StorageException {
        var records = opened().records();
        records.makeAgain();
        var latest = new LinkedHashMap<ResourceKey, Embedded>();
        resources.forEach(embedded -> latest.put(embedded.resource().key(), embedded));
        writing.lock();
        try (var present = homeKey.writing()) {
            var cipher = records.cipher();
            var changed = records.changed(latest.values().parallelStream()
                    .map(each -> wanted(cipher, each.resource(), each.vector() != null)).toList());
            var points = changed.parallelStream()
                    .map(each -> cipher.seal(each.resource(), latest.get(each.resource().key()).vector(), each.content())).toList();
            if (!points.isEmpty()) {
                records.write(points);
                written.addAndGet(points.size());
            } else {
                records.finish();
            }
            return new UpsertResult(points.size(), resources.size() - points.size());
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Set<ResourceKey> changed(Collection<AwsResource> resources) throws StorageException {
        var records = opened().records();
        records.makeAgain();
        var cipher = records.cipher();
        var changed = records.changed(resources.parallelStream().map(resource -> wanted(cipher, resource, true)).toList());
        if (changed.isEmpty()) {
            finish(records);
        }
        return changed.stream().map(each -> each.resource().key()).collect(Collectors.toSet());
    }

    @Override
    public Map<ResourceKey, String> marks(Collection<ResourceKey> keys) throws StorageException {
        var records = opened().records();
        var ids = new HashMap<UUID, ResourceKey>();
        keys.forEach(key -> ids.put(records.cipher().id(key), key));
        return records.contents(ids.keySet()).entrySet().stream().collect(Collectors.toMap(each -> ids.get(each.getKey()), Map.Entry::getValue));
    }

    /** Unless another thread of this process writes now, which does it too. */
    private void finish(Records records) throws StorageException {
        if (writing.tryLock()) {
            try (var present = homeKey.writing()) {
                records.finish();
            } finally {
                writing.unlock();
            }
        }
    }

    private static Wanted wanted(RecordCipher cipher, AwsResource resource, boolean withVector) {
        return new Wanted(cipher.id(resource.key()), resource, cipher.content(resource), withVector);
    }

    @Override
    public Optional<AwsResource> get(ResourceKey key) throws StorageException {
        var records = opened().records();
        var point = records.get(records.cipher().id(key));
        return point.isEmpty() ? Optional.empty() : Optional.of(records.readOrFail(point.get()));
    }

    @Override
    public void list(ResourceFilter filter, Consumer<AwsResource> each) throws StorageException {
        var records = opened().records();
        var plan = FilterPlan.of(filter, records.cipher());
        // names are encrypted, so only we can sort by them: scope after scope, to hold no more than one scope in memory
        var unseen = new HashSet<UUID>();
        for (var scope : scopes(records, plan, unseen)) {
            var found = new ArrayList<AwsResource>();
            records.scroll(scope, point -> {
                unseen.remove(point.id());
                records.read(point).filter(plan.whole()).ifPresent(found::add);
            });
            found.sort(comparing(AwsResource::name).thenComparing(AwsResource::identifier));
            found.forEach(each);
        }
        // the store finds them under another scope than they name: changed, or written anew meanwhile; reading tells which
        for (var id : unseen) {
            records.get(id).ifPresent(records::read);
        }
    }

    /** @param seen gets the IDs of all records that have a scope */
    private static List<Filter> scopes(Records records, FilterPlan plan, Set<UUID> seen) throws StorageException {
        var scopes = new TreeSet<List<String>>(comparing((List<String> scope) -> scope.get(0))
                .thenComparing(scope -> scope.get(1)).thenComparing(scope -> scope.get(2)));
        records.scroll(plan.inStore(), point -> {
            var scope = SCOPE.stream().map(field -> point.payload().getOrDefault(field, List.of())).toList();
            if (scope.stream().allMatch(values -> values.size() == 1)) {
                seen.add(point.id());
                scopes.add(scope.stream().map(List::getFirst).toList());
            } else {
                records.read(point);
            }
        });
        return scopes.stream().map(scope -> {
            var fields = new LinkedHashMap<>(plan.inStore().anyOf());
            for (int i = 0; i < SCOPE.size(); i++) {
                fields.put(SCOPE.get(i), List.of(scope.get(i)));
            }
            return new Filter(fields);
        }).toList();
    }

    @Override
    public Set<ResourceKey> keys(ResourceFilter filter) throws StorageException {
        var records = opened().records();
        var plan = FilterPlan.of(filter, records.cipher());
        var keys = new HashSet<ResourceKey>();
        if (plan.storeDecides()) {
            records.scroll(plan.inStore(), point -> records.key(point).ifPresent(keys::add));
        } else {
            scroll(filter, resource -> keys.add(resource.key()));
        }
        return keys;
    }

    @Override
    public long count(ResourceFilter filter) throws StorageException {
        var records = opened().records();
        var plan = FilterPlan.of(filter, records.cipher());
        if (plan.storeDecides()) {
            return records.count(plan.inStore());
        }
        var count = new AtomicLong();
        scroll(filter, resource -> count.incrementAndGet());
        return count.get();
    }

    private void scroll(ResourceFilter filter, Consumer<AwsResource> each) throws StorageException {
        var records = opened().records();
        var plan = FilterPlan.of(filter, records.cipher());
        records.scroll(plan.inStore(), point -> records.read(point).filter(plan.whole()).ifPresent(each));
    }

    @Override
    public int delete(Collection<ResourceKey> keys) throws StorageException {
        var records = opened().records();
        var mine = new Deletion(List.copyOf(keys));
        deletions.add(mine);
        writing.lock();
        try {
            if (!mine.done) {
                deleteTogether(records, deletions.stream().filter(each -> !each.done).toList());
            }
            return mine.count;
        } finally {
            deletions.remove(mine);
            writing.unlock();
        }
    }

    /** All or none; who asked for one that fails tries again by itself. */
    private void deleteTogether(Records records, List<Deletion> together) throws StorageException {
        try (var present = homeKey.writing()) {
            var cipher = records.cipher();
            var ids = together.stream().map(each -> each.keys.stream().map(cipher::id).toList()).toList();
            var there = new HashSet<>(records.present(ids.stream().flatMap(List::stream).toList()));
            if (!there.isEmpty()) {
                records.delete(List.copyOf(there));
            }
            for (int i = 0; i < together.size(); i++) {
                together.get(i).count = (int) ids.get(i).stream().filter(there::remove).count();
                together.get(i).done = true;
            }
        }
    }

    @Override
    public List<SearchHit> search(String query, ResourceFilter filter, int limit) throws StorageException {
        if (opened == null) {
            SearchAhead.of(query, embedder);
        }
        return opened().search().search(query, filter, limit);
    }

    @Override
    public List<String> complete(String typed, ResourceFilter filter, int limit) throws StorageException {
        return opened().search().complete(typed, filter, limit);
    }

    /** Forgets what was decrypted; after much was written, or read for a search, takes the time to make the next start's first search fast. */
    @Deactivate
    public void close() {
        opening.lock();
        try {
            if (opened != null) {
                opened.search().close(written.get() >= MUCH);
            }
        } catch (StorageException e) {
            LOG.debug("the search index is not kept on disk", e);
        } finally {
            opened = null;
            opening.unlock();
        }
    }

    @Override
    public List<DamagedRecord> damaged() {
        var now = opened;
        return now == null ? List.of() : now.records().damaged();
    }
}
