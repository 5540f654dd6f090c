package cloudops.scanner.internal;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import cloudops.embedding.EmbeddingException;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ServiceStatus;
import cloudops.scanner.ServiceStatus.Scopes;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.storage.StorageException;

/** What a cancelled scan leaves. */
@Timeout(30)
class ScanCancellationTest extends Scans {

    @Test
    void interruptionEndsTheScanSoonAndKeepsWhatIsStored() throws Exception {
        aws.has("car", REGION, "a");
        var waiting = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        aws.answer("ship", REGION, call -> {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
                throw new IllegalStateException("nobody counts down");
            } finally {
                ended.countDown();
            }
        });
        var storedFirst = new CountDownLatch(1);
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        var outcome = new AtomicReference<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), progress -> {
                    if (progress.scope().service().equals("car") && progress.scope().status() == COMPLETE) {
                        storedFirst.countDown();
                    }
                });
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        waiting.await();
        storedFirst.await();

        thread.interrupt();
        thread.join();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(ended.getCount()).as("no call outlives the scan").isZero();
        assertThat(estate.identifiers()).containsExactly("a");
    }

    @Test
    void interruptionReachesAListingThatWaitsForThePipelineButNotTheStore() throws Exception {
        var storing = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        var interrupted = new AtomicInteger();
        estate = new TestEstate() {
            @Override
            public UpsertResult upsert(List<Embedded> resources) throws StorageException {
                storing.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                }
                return super.upsert(resources);
            }
        };
        aws.has("car", REGION, ids(5000));
        var listed = new CountDownLatch(1);
        var outcome = new AtomicReference<Throwable>();
        var scanner = scanner(new TestScanner("car") {
            @Override
            public void discover(ResourceType wanted, ScanContext context, Consumer<RawResource> sink)
                    throws ScanException, InterruptedException {
                try {
                    super.discover(wanted, context, sink);
                } finally {
                    listed.countDown();
                }
            }
        });
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), ScanListener.NONE);
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        storing.await();

        thread.interrupt();
        listed.await();
        mayGoOn.countDown();
        thread.join();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(interrupted).hasValue(0);
        // those that wait, and the one that was being stored
        assertThat(estate.stored.size()).isBetween(Limits.BATCH, (Limits.BATCHES + 1) * Limits.BATCH);
    }

    @Test
    void whatTheModelDidNotGetToIsNoFailureOfTheModel() throws Exception {
        aws.has("car", REGION, "a");
        var embedding = new CountDownLatch(1);
        embedder = texts -> {
            embedding.countDown();
            try {
                new CountDownLatch(1).await();
                throw new IllegalStateException("nobody counts down");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EmbeddingException("Interrupted while embedding.", e);
            }
        };
        var scanner = scanner(new TestScanner("car"));
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), ScanListener.NONE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        embedding.await();

        thread.interrupt();
        thread.join();

        assertThat(new ScanJournal(home).services()).singleElement().satisfies(status -> {
            assertThat(status.scopes()).isEqualTo(new Scopes(0, 1, 0));
            assertThat(status.errors()).isEmpty();
        });
        assertThat(estate.stored).as("found by words only, for no reason").isEmpty();
    }

    @Test
    void noScopeThatWasCutShortIsComplete() throws Exception {
        aws.has("car", REGION, "a");
        var waiting = new CountDownLatch(1);
        var carDone = new CountDownLatch(1);
        aws.answer("ship", REGION, call -> {
            waiting.countDown();
            new CountDownLatch(1).await();
            throw new IllegalStateException("nobody counts down");
        });
        var heard = new ConcurrentLinkedQueue<Scope>();
        var scanner = scanner(new TestScanner("car"), new TestScanner("ship"));
        var thread = Thread.ofVirtual().start(() -> {
            try {
                scanner.scan(request(), progress -> {
                    heard.add(progress.scope());
                    if (progress.scope().status() == COMPLETE) {
                        carDone.countDown();
                    }
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.await();
        carDone.await();

        thread.interrupt();
        thread.join();

        assertThat(heard).extracting(Scope::service, Scope::status).doesNotContain(tuple("ship", COMPLETE));
        assertThat(new ScanJournal(home).services()).extracting(ServiceStatus::service, ServiceStatus::scopes)
                .containsExactly(tuple("car", new Scopes(1, 0, 0)), tuple("ship", new Scopes(0, 1, 0)));
        assertThat(scan(scanner(new TestScanner("car")), request()).complete()).as("the home is free again").isTrue();
    }
}
