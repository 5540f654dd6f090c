package cloudops.scanner.internal;

import static cloudops.scanner.spi.ScanException.Category.EMBEDDING;
import static cloudops.scanner.spi.ScanException.Category.PARSING;
import static cloudops.scanner.spi.ScanException.Category.STORAGE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.embedding.EmbeddingException;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceKey;
import cloudops.scanner.internal.ScopeMemory.Known;
import cloudops.scanner.internal.Selection.Target;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.storage.EmbeddingText;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.StorageException;

/**
 * The pipeline behind the listing of one scope, a batch at a time: describe → transform → permissions → constraints → embed what changed →
 * store. What fails is counted and leaves the rest alone. Batches may be worked on at the same time.
 *
 * @param seen hears the key of each resource that is there, before it is stored
 */
record Enrichment(Run run, Target target, CallContext context, Permissions permissions, ScopeMemory memory, ScopeTally tally,
        Consumer<ResourceKey> seen) implements Fanout.Task<List<RawResource>> {

    private static final Logger LOG = LoggerFactory.getLogger(Enrichment.class);

    /**
     * A resource and the data it was made from.
     *
     * @param whole whether nothing of it was lost so far
     */
    private record Found(RawResource listed, RawResource raw, AwsResource resource, boolean whole) {

        Found with(AwsResource further, boolean stillWhole) {
            return new Found(listed, raw, further, whole && stillWhole);
        }
    }

    @Override
    public void run(List<RawResource> batch) throws InterruptedException {
        try {
            var fresh = run.request().incremental() ? new Unchanged(run, target, permissions, memory, tally, seen).removedFrom(batch) : batch;
            var found = transformed(fresh);
            if (!found.isEmpty()) {
                store(judged(found, permissions.of(found.stream().map(Found::resource).toList())));
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("a batch of {} failed: {}", target.type().name(), e.getClass().getName());
            LOG.debug("a batch of {} failed", target.type().name(), e);
            tally.lost(PARSING, "ScannerFailed", false, batch.size() + " resources were lost: " + e);
        }
    }

    private List<Found> transformed(List<RawResource> batch) throws InterruptedException {
        var found = new Found[batch.size()];
        Fanout.forEach(IntStream.range(0, batch.size()).boxed().toList(), run.resources(), index -> found[index] = transformed(batch.get(index)));
        return Arrays.stream(found).filter(Objects::nonNull).toList();
    }

    /** Null when the resource has gone or failed. */
    private Found transformed(RawResource listed) throws InterruptedException {
        try {
            var lost = new AtomicBoolean();
            var ofResource = context.hearing(incomplete -> lost.set(true));
            var raw = target.scanner().describe(listed, ofResource);
            var resource = checked(target.scanner().transform(raw, ofResource));
            seen.accept(resource.key());
            return new Found(listed, raw, resource, !lost.get());
        } catch (ScanException e) {
            if (!"NotFound".equals(e.code())) {
                tally.lost(e);
            }
        } catch (IllegalArgumentException e) {
            tally.lost(PARSING, "Parse", false, target.type().name() + ": " + e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.warn("the scanner of {} failed on a resource: {}", target.type().name(), e.getClass().getName());
            LOG.debug("the scanner of {} failed on a resource", target.type().name(), e);
            tally.lost(PARSING, "ScannerFailed", false, target.type().name() + ": " + e);
        }
        return null;
    }

    /** A resource that claims to be of another scope would be stored, and removed as stale, in that scope. */
    private AwsResource checked(AwsResource resource) {
        if (!resource.resourceType().equals(target.type().name()) || !resource.accountId().equals(context.accountId())
                || !target.type().global() && !resource.region().equals(context.region())) {
            throw new IllegalArgumentException("the scanner gave a " + resource.resourceType() + " of account " + resource.accountId()
                    + " in " + resource.region() + " in a scan of account " + context.accountId() + " in " + context.region());
        }
        return resource;
    }

    private List<Found> judged(List<Found> found, Map<String, IamPermissions> granted) {
        var judged = new ArrayList<Found>(found.size());
        for (var each : found) {
            var resource = each.resource().withIam(granted.get(each.resource().arn()));
            try {
                judged.add(each.with(resource.withConstraints(target.scanner().constraints(each.raw(), resource, resource.iam())), true));
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("the scanner of {} failed to judge a resource: {}", target.type().name(), e.getClass().getName());
                tally.lost(PARSING, "ScannerFailed", false, "constraints of a " + target.type().name() + ": " + e);
                judged.add(each.with(resource, false));
            }
        }
        return judged;
    }

    private void store(List<Found> found) throws InterruptedException {
        var resources = found.stream().map(Found::resource).toList();
        var storage = run.services().storage();
        try {
            var changed = Stored.uninterrupted(() -> storage.changed(resources));
            var fresh = resources.stream().filter(resource -> changed.contains(resource.key())).toList();
            tally.stored(0, resources.size() - fresh.size());
            if (!fresh.isEmpty()) {
                var embedded = embedded(fresh);
                var result = Stored.uninterrupted(() -> storage.upsert(embedded));
                tally.stored(result.written(), result.unchanged());
            }
            remember(found.stream().filter(Found::whole).toList());
        } catch (StorageException e) {
            tally.lost(STORAGE, AwsErrors.camel(e.problem()), false, resources.size() + " resources were not stored: " + e.getMessage());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void remember(List<Found> whole) throws StorageException {
        var marks = Stored.uninterrupted(() -> run.services().storage().marks(whole.stream().map(each -> each.resource().key()).toList()));
        for (var each : whole) {
            var key = each.resource().key();
            if (marks.containsKey(key)) {
                target.fingerprint(each.listed()).ifPresent(as -> memory.remember(as,
                        Known.of(key, marks.get(key), each.resource().iam(), run.startedAt())));
            }
        }
    }

    private List<Embedded> embedded(List<AwsResource> resources) throws InterruptedException {
        var texts = resources.stream().map(resource -> EmbeddingText.of(resource, target.type().label())).toList();
        var vectors = vectors(texts);
        return IntStream.range(0, resources.size())
                .mapToObj(i -> new Embedded(resources.get(i), vectors.isEmpty() ? null : vectors.get(i))).toList();
    }

    /** Tries twice; empty when both fail: the resources are then found by words only. */
    private List<float[]> vectors(List<String> texts) throws InterruptedException {
        try {
            return run.services().embedder().embed(texts);
        } catch (EmbeddingException first) {
            unlessInterrupted();
            LOG.info("embedding failed and is tried again: {}", first.getMessage());
            try {
                return run.services().embedder().embed(texts);
            } catch (EmbeddingException second) {
                unlessInterrupted();
                tally.lost(EMBEDDING, "EmbeddingFailed", true,
                        texts.size() + " resources were stored without a vector and are found by words only: " + second.getMessage());
                return List.of();
            }
        }
    }

    /** What a cancelled scan did not embed is no failure of the model: it is not stored, and the next scan finds it. */
    private static void unlessInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
