package cloudops.scanner.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;

/** An estate in memory. */
class TestEstate implements EstateStorage {

    final Map<ResourceKey, Embedded> stored = new ConcurrentHashMap<>();
    final AtomicInteger largestBatch = new AtomicInteger();

    /** Resources with new content, regardless of when they were seen. */
    @Override
    public Set<ResourceKey> changed(Collection<AwsResource> resources) throws StorageException {
        return resources.stream().filter(resource -> {
            var known = stored.get(resource.key());
            return known == null || !content(known.resource()).equals(content(resource));
        }).map(AwsResource::key).collect(Collectors.toSet());
    }

    private static List<Object> content(AwsResource r) {
        return List.of(r.arn(), r.name(), String.valueOf(r.state()), r.tags(), r.iam(), r.constraints(), r.metadata());
    }

    @Override
    public Map<ResourceKey, String> marks(Collection<ResourceKey> keys) throws StorageException {
        return keys.stream().distinct().filter(key -> stored.containsKey(key) && stored.get(key).vector() != null)
                .collect(Collectors.toMap(key -> key, key -> content(stored.get(key).resource()).toString()));
    }

    @Override
    public UpsertResult upsert(List<Embedded> resources) throws StorageException {
        largestBatch.accumulateAndGet(resources.size(), Math::max);
        resources.forEach(each -> stored.put(each.resource().key(), each));
        return new UpsertResult(resources.size(), 0);
    }

    @Override
    public Set<ResourceKey> keys(ResourceFilter filter) throws StorageException {
        return stored.keySet().stream().filter(key -> matches(filter.accounts(), key.accountId()))
                .filter(key -> matches(filter.regions(), key.region())).filter(key -> matches(filter.types(), key.resourceType()))
                .collect(Collectors.toSet());
    }

    private static boolean matches(List<String> wanted, String value) {
        return wanted.isEmpty() || wanted.contains(value);
    }

    @Override
    public int delete(Collection<ResourceKey> keys) throws StorageException {
        return (int) keys.stream().filter(key -> stored.remove(key) != null).count();
    }

    List<String> identifiers() {
        return stored.keySet().stream().map(ResourceKey::identifier).sorted().toList();
    }

    @Override
    public Optional<AwsResource> get(ResourceKey key) {
        return Optional.ofNullable(stored.get(key)).map(Embedded::resource);
    }

    @Override
    public void list(ResourceFilter filter, Consumer<AwsResource> each) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long count(ResourceFilter filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<SearchHit> search(String query, ResourceFilter filter, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> complete(String typed, ResourceFilter filter, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<DamagedRecord> damaged() {
        return List.of();
    }
}
