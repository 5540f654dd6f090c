package cloudops.scanner.internal;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.scanner.internal.ScopeMemory.Known;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.storage.StorageException;

/**
 * Takes out of a listing what an incremental scan need not look at again: what is listed as before and stored as it was then. Where the permissions of
 * such a resource are old, they are asked for again, and it is taken out only when they are the same.
 */
record Unchanged(Run run, Selection.Target target, Permissions permissions, ScopeMemory memory, ScopeTally tally, Consumer<ResourceKey> seen) {

    /** Those of {@code listed} that must be looked at. */
    List<RawResource> removedFrom(List<RawResource> listed) throws InterruptedException {
        try {
            var same = same(listed);
            renew(same);
            tally.stored(0, same.size());
            same.values().forEach(known -> seen.accept(known.key()));
            return listed.stream().filter(raw -> !same.containsKey(raw)).toList();
        } catch (StorageException e) {
            // looking at all of them is right, too; and if the store still fails then, the scope is not complete
            return listed;
        }
    }

    private Map<RawResource, Known> same(List<RawResource> listed) throws StorageException, InterruptedException {
        var candidates = new LinkedHashMap<RawResource, Known>();
        for (var raw : listed) {
            target.fingerprint(raw).flatMap(memory::known).ifPresent(known -> candidates.put(raw, known));
        }
        if (!candidates.isEmpty()) {
            var marks = Stored.uninterrupted(() -> run.services().storage().marks(candidates.values().stream().map(Known::key).collect(toSet())));
            candidates.values().removeIf(known -> !known.mark().equals(marks.get(known.key())));
        }
        return candidates;
    }

    /** Drops those whose permissions are others by now. */
    private void renew(Map<RawResource, Known> same) throws StorageException, InterruptedException {
        var oldest = run.startedAt().minus(run.limits().permissions());
        var stored = new HashMap<RawResource, AwsResource>();
        for (var each : List.copyOf(same.entrySet())) {
            if (each.getValue().permissionsAt().isBefore(oldest)) {
                var resource = Stored.uninterrupted(() -> run.services().storage().get(each.getValue().key()));
                if (resource.isPresent()) {
                    stored.put(each.getKey(), resource.get());
                } else {
                    same.remove(each.getKey());
                }
            }
        }
        if (stored.isEmpty()) {
            return;
        }
        var now = permissions.of(new ArrayList<>(stored.values()));
        stored.forEach((raw, resource) -> {
            if (resource.iam().equals(now.get(resource.arn()))) {
                var known = same.get(raw);
                target.fingerprint(raw).ifPresent(as -> memory.remember(as, Known.of(known.key(), known.mark(), resource.iam(), run.startedAt())));
            } else {
                same.remove(raw);
            }
        });
    }
}
