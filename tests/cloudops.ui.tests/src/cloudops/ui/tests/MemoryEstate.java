package cloudops.ui.tests;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

/** An estate in memory, which can be made to fail or to hang. */
final class MemoryEstate implements EstateStorage {

    private final Map<ResourceKey, AwsResource> resources = new ConcurrentHashMap<>();
    private volatile StorageException failure;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    void replaceAll(List<AwsResource> estate) {
        resources.clear();
        estate.forEach(this::put);
    }

    void put(AwsResource resource) {
        resources.put(resource.key(), resource);
    }

    /** Every read fails from now on; null for none. */
    void fail(StorageException with) {
        failure = with;
    }

    /** Every read waits until the answer is counted down. */
    CountDownLatch hang() {
        gate = new CountDownLatch(1);
        return gate;
    }

    private void enter() throws StorageException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new StorageException(Problem.IO, "interrupted", e);
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void list(ResourceFilter filter, Consumer<AwsResource> each) throws StorageException {
        enter();
        resources.values().stream().filter(resource -> matches(filter, resource)).sorted(Comparator.comparing(AwsResource::accountId)
                .thenComparing(AwsResource::region).thenComparing(AwsResource::resourceType).thenComparing(AwsResource::name)).forEach(each);
    }

    private static boolean matches(ResourceFilter filter, AwsResource resource) {
        return (filter.accounts().isEmpty() || filter.accounts().contains(resource.accountId()))
                && (filter.regions().isEmpty() || filter.regions().contains(resource.region()))
                && (filter.services().isEmpty() || filter.services().contains(resource.service()));
    }

    @Override
    public Optional<AwsResource> get(ResourceKey key) throws StorageException {
        enter();
        return Optional.ofNullable(resources.get(key));
    }

    @Override
    public List<SearchHit> search(String query, ResourceFilter filter, int limit) throws StorageException {
        enter();
        var words = List.of(query.toLowerCase().split("[\\s-]+"));
        return resources.values().stream().filter(resource -> matches(filter, resource))
                .filter(resource -> words.stream().allMatch(resource.name()::contains))
                .sorted(Comparator.comparing(AwsResource::name).reversed())
                .limit(limit).map(resource -> new SearchHit(resource, 1, "words")).toList();
    }

    @Override
    public List<String> complete(String typed, ResourceFilter filter, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<ResourceKey> keys(ResourceFilter filter) throws StorageException {
        enter();
        return resources.values().stream().filter(resource -> matches(filter, resource)).map(AwsResource::key).collect(Collectors.toSet());
    }

    @Override
    public long count(ResourceFilter filter) throws StorageException {
        return keys(filter).size();
    }

    @Override
    public List<DamagedRecord> damaged() {
        return List.of();
    }

    @Override
    public UpsertResult upsert(List<Embedded> embedded) {
        embedded.forEach(one -> put(one.resource()));
        return new UpsertResult(embedded.size(), 0);
    }

    @Override
    public Set<ResourceKey> changed(Collection<AwsResource> candidates) {
        return Set.of();
    }

    @Override
    public int delete(Collection<ResourceKey> keys) {
        return (int) keys.stream().filter(key -> resources.remove(key) != null).count();
    }
}
