package cloudops.scanner.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceKey;
import cloudops.storage.HomeCache;

/**
 * How the resources of one scope were listed when they were last stored without any loss, for incremental scans: some 150 bytes a resource,
 * kept in the home's sealed cache. It is believed only as far as the estate still has what was stored then, which the mark tells. Thread-safe.
 */
final class ScopeMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ScopeMemory.class);

    private static final int FORMAT = 1;

    private final HomeCache cache;
    private final String name;
    private final String scanner;
    private final String accountId;
    private final String resourceType;
    private final Map<Fingerprint, Known> known = new HashMap<>();
    private final Map<ResourceKey, Fingerprint> latest = new HashMap<>();
    private boolean changed;

    /**
     * A resource that was stored.
     *
     * @param mark of what was stored
     * @param permissionsAt when its permissions were asked for; long ago where they are not known
     */
    record Known(ResourceKey key, String mark, Instant permissionsAt) {

        static Known of(ResourceKey key, String mark, IamPermissions permissions, Instant now) {
            return new Known(key, mark, permissions.source() == PermissionSource.UNKNOWN ? Instant.EPOCH : now);
        }
    }

    private ScopeMemory(HomeCache cache, String name, String scanner, String accountId, String resourceType) {
        this.cache = cache;
        this.name = name;
        this.scanner = scanner;
        this.accountId = accountId;
        this.resourceType = resourceType;
    }

    /**
     * @param region as the scope's
     * @param keep whether what is known counts; else it is replaced by what this scan finds
     */
    static ScopeMemory open(HomeCache cache, Account account, String region, Selection.Target target, boolean keep) {
        var type = target.type().name();
        var name = String.join("\n", "listed", account.id(), region, type, account.profile(), account.identity().principalArn());
        var memory = new ScopeMemory(cache, name, Code.of(target.scanner()), account.id(), type);
        if (keep) {
            cache.read(name).ifPresent(memory::read);
        }
        memory.changed = !keep;
        return memory;
    }

    synchronized Optional<Known> known(Fingerprint fingerprint) {
        return Optional.ofNullable(known.get(fingerprint));
    }

    /** Takes the place of what is known of that resource. */
    synchronized void remember(Fingerprint fingerprint, Known resource) {
        var former = latest.put(resource.key(), fingerprint);
        if (former != null && !former.equals(fingerprint)) {
            known.remove(former);
        }
        changed |= !resource.equals(known.put(fingerprint, resource));
    }

    /** Keeps it for the next scan. */
    synchronized void save() {
        if (!changed) {
            return;
        }
        if (known.isEmpty()) {
            cache.remove(name);
            return;
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(FORMAT);
            out.writeUTF(scanner);
            for (var each : known.entrySet()) {
                out.writeLong(each.getKey().first());
                out.writeLong(each.getKey().second());
                out.writeUTF(each.getValue().key().region());
                out.writeUTF(each.getValue().key().identifier());
                out.writeUTF(each.getValue().mark());
                out.writeLong(each.getValue().permissionsAt().toEpochMilli());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cache.write(name, bytes.toByteArray());
        changed = false;
    }

    private void read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readInt() != FORMAT || !in.readUTF().equals(scanner)) {
                return;
            }
            while (in.available() > 0) {
                var fingerprint = new Fingerprint(in.readLong(), in.readLong());
                var key = new ResourceKey(accountId, in.readUTF(), resourceType, in.readUTF());
                known.put(fingerprint, new Known(key, in.readUTF(), Instant.ofEpochMilli(in.readLong())));
                latest.put(key, fingerprint);
            }
        } catch (IOException e) {
            // it was sealed by us, so it is a version of ours that writes otherwise
            LOG.debug("what is known of {} cannot be read", resourceType, e);
            known.clear();
            latest.clear();
        }
    }
}
