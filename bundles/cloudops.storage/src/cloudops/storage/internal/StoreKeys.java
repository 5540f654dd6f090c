package cloudops.storage.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.storage.HomeKeys;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.storage.internal.PointCipher.UnknownFormatException;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

/**
 * Rotates and destroys the keys of a home's store.
 *
 * <p>A rotation first adds a new key to the key file, under which everybody writes from then on; then it encrypts the others' records anew,
 * batch by batch; then, when no record is left that an older key opens, it drops the older keys. Each step is durable before the next, so it can
 * be cut short anywhere: the key file with more than one version says that there is something to continue.
 */
@Component
public final class StoreKeys implements HomeKeys {

    private static final Logger LOG = LoggerFactory.getLogger(StoreKeys.class);

    /** Writers wait for one batch at most. */
    private static final int BATCH = 250;

    private static final List<String> COLLECTIONS = List.of(Records.COLLECTION, EncryptedChats.COLLECTION);

    private final VectorStore store;

    private final HomeKey homeKey;

    @Activate
    public StoreKeys(@Reference VectorStore store, @Reference HomeKey homeKey) {
        this.store = store;
        this.homeKey = homeKey;
    }

    @Override
    public Status status() throws StorageException {
        var keyring = homeKey.keyring();
        var records = new TreeMap<Integer, Long>();
        for (var collection : COLLECTIONS) {
            scroll(collection, point -> version(point).ifPresent(version -> records.merge(version, 1L, Long::sum)));
        }
        return keyring
                .map(there -> new Status(there.method().name().toLowerCase(Locale.ROOT), there.keyVersion(), there.allVersions(), records))
                .orElse(new Status(null, 0, List.of(), records));
    }

    private static OptionalInt version(Point point) {
        try {
            return OptionalInt.of(PointCipher.version(point));
        } catch (DamagedException e) {
            LOG.debug("damaged record id={}", point.id(), e);
            return OptionalInt.empty();
        }
    }

    @Override
    public Rotation rotate(Progress progress) throws StorageException {
        open("nothing to rotate");
        int target = begin();
        long rewritten = 0;
        var damaged = new HashSet<UUID>();
        var unknown = new HashSet<UUID>();
        boolean more = true;
        while (more) {
            // what a writer that began before us wrote in the meantime is found by the next round, which finds nothing as a rule
            long before = rewritten;
            for (var collection : COLLECTIONS) {
                rewritten += rewrite(collection, target, damaged, unknown, progress);
            }
            more = rewritten > before;
        }
        if (!unknown.isEmpty()) {
            throw new StorageException(Problem.DAMAGED_RECORD, unknown.size()
                    + " records are of a format that this version does not know: the older keys are kept, for they may need them",
                    "if a newer version of CloudOps wrote them, rotate with that; else scan again, which writes them anew, and then rotate again", null);
        }
        end(target);
        LOG.info("keys rotated version={} rewritten={} damaged={}", target, rewritten, damaged.size());
        return new Rotation(target, rewritten, damaged.size());
    }

    /** The version to rewrite to: a new one, or that of a rotation that was cut short. */
    private int begin() throws StorageException {
        try (var alone = homeKey.changing()) {
            Records.checkKeys(store, homeKey.source().now());
            if (homeKey.keyring().map(Keyring::allVersions).orElse(List.of()).size() < 2) {
                homeKey.change(EstateKeys::rotated);
            }
            int version = homeKey.source().now().version();
            Records.note(store, version);
            return version;
        }
    }

    private void end(int target) throws StorageException {
        try (var alone = homeKey.changing()) {
            // unless another process has begun the next rotation
            if (homeKey.source().now().version() == target) {
                homeKey.change(EstateKeys::withoutOld);
            }
        }
    }

    private long rewrite(String collection, int target, Set<UUID> damaged, Set<UUID> unknown, Progress progress) throws StorageException {
        var old = new ArrayList<UUID>();
        scroll(collection, point -> {
            unknown.remove(point.id());
            try {
                if (PointCipher.version(point) != target && !damaged.contains(point.id())) {
                    old.add(point.id());
                }
            } catch (UnknownFormatException e) {
                unknown.add(point.id());
            } catch (DamagedException e) {
                leave(collection, point.id(), damaged, e);
            }
        });
        var cipher = new PointCipher(homeKey.source(), collection);
        long rewritten = 0;
        for (int from = 0; from < old.size(); from += BATCH) {
            int to = Math.min(from + BATCH, old.size());
            rewritten += rewrite(collection, old.subList(from, to), cipher, damaged);
            progress.rewritten(to, old.size());
        }
        return rewritten;
    }

    /** One batch, which nobody changes between our reading and our writing. */
    private int rewrite(String collection, List<UUID> ids, PointCipher cipher, Set<UUID> damaged) throws StorageException {
        try (var alone = homeKey.changing()) {
            int present = cipher.keys().version();
            var anew = new ArrayList<Point>();
            for (var id : ids) {
                var point = store.get(collection, id);
                if (point.isEmpty()) {
                    continue;
                }
                try {
                    if (PointCipher.version(point.get()) != present) {
                        anew.add(cipher.seal(id, point.get().payload(), point.get().vector(), cipher.open(point.get())));
                    }
                } catch (DamagedException e) {
                    leave(collection, id, damaged, e);
                }
            }
            if (!anew.isEmpty()) {
                store.upsert(collection, anew);
            }
            return anew.size();
        } catch (VectorStoreException e) {
            throw Records.problem(e);
        }
    }

    private static void leave(String collection, UUID id, Set<UUID> damaged, DamagedException why) {
        if (damaged.add(id)) {
            LOG.warn("damaged record not encrypted anew collection={} id={} reason={}", collection, id, why.getMessage());
        }
    }

    /** All encrypted points. */
    private void scroll(String collection, Consumer<Point> each) throws StorageException {
        try {
            store.scroll(collection, Filter.ALL, point -> {
                if (!point.id().equals(Records.GENERATION)) {
                    each.accept(point);
                }
            });
        } catch (VectorStoreException e) {
            if (e.problem() != VectorStoreException.Problem.NO_COLLECTION) {
                throw Records.problem(e);
            }
        }
    }

    @Override
    public void moveToKeychain() throws StorageException {
        open("nothing to move");
        homeKey.moveToKeychain();
        LOG.info("keys moved to the keychain");
    }

    @Override
    public void moveToPassphrase(char[] passphrase) throws StorageException {
        open("nothing to move");
        homeKey.moveToPassphrase(passphrase);
        LOG.info("keys moved to a passphrase");
    }

    /** A home without keys is not made on this occasion. */
    private void open(String otherwise) throws StorageException {
        if (homeKey.keyring().isEmpty()) {
            throw new StorageException(Problem.NO_KEY, otherwise + ": the home has no keys yet", null);
        }
        homeKey.keys(() -> true);
    }

    @Override
    public Pause pause() throws StorageException {
        var pause = homeKey.pause();
        try {
            if (homeKey.keyring().map(Keyring::allVersions).orElse(List.of()).size() > 1) {
                throw new StorageException(Problem.LOCKED, "a rotation of the keys was begun and is not done", "cloudops keys rotate, which continues it", null);
            }
            return pause::close;
        } catch (StorageException | RuntimeException e) {
            pause.close();
            throw e;
        }
    }

    @Override
    public void destroy() throws StorageException {
        homeKey.destroy();
        try {
            homeKey.keys(() -> true);
        } catch (StorageException e) {
            if (e.problem() == Problem.NO_KEY) {
                LOG.info("keys destroyed");
                return;
            }
            throw e;
        }
        throw new StorageException(Problem.IO, "the keys were deleted, but are there again", "do it again, with nothing else running", null);
    }
}
