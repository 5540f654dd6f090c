package cloudops.iam.internal;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;

/** Loads a value once for all who ask at the same time, and keeps it for a time that depends on the value. Thread-safe. */
final class SharedLoads<K, V> {

    private final AsyncCache<K, V> values;

    SharedLoads(Ticker ticker, Function<V, Duration> lifetime) {
        this.values = Caffeine.newBuilder().ticker(ticker).executor(Runnable::run)
                .expireAfter(Expiry.<K, V>creating((key, value) -> lifetime.apply(value))).buildAsync();
    }

    /** A slow way to a value, run in the asking thread. */
    interface Load<V> {
        V run() throws InterruptedException;
    }

    /** The value that is kept, the one that another thread is loading, or else what {@code load} gives. */
    V get(K key, Load<V> load) throws InterruptedException {
        while (true) {
            var mine = new CompletableFuture<V>();
            var shared = values.asMap().putIfAbsent(key, mine);
            if (shared == null) {
                return run(load, mine);
            }
            try {
                return shared.get();
            } catch (CancellationException e) {
                // the thread that loaded it was interrupted or failed: that is its own affair, so this one tries itself
                values.asMap().remove(key, shared);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    void forget(Predicate<K> which) {
        values.asMap().keySet().removeIf(which);
    }

    private V run(Load<V> load, CompletableFuture<V> future) throws InterruptedException {
        try {
            var value = load.run();
            future.complete(value);
            return value;
        } finally {
            // without effect after a success
            future.cancel(false);
        }
    }
}
