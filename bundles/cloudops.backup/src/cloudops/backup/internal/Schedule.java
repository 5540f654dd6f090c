package cloudops.backup.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupManager;
import cloudops.backup.BackupManager.Outcome;
import cloudops.backup.S3Location;

/** Makes backups as they fall due, by the newest there is, whoever made it. One thread of its own, until closed. */
final class Schedule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
    /** What part of the interval passes before a failure is tried again. */
    private static final int RETRY_DIVISOR = 10;

    private final BackupManager backups;
    private final Duration interval;
    private final Optional<S3Location> copyTo;
    private final Consumer<Outcome> outcome;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloudops-backups").factory());

    Schedule(BackupManager backups, Duration interval, Optional<S3Location> copyTo, Consumer<Outcome> outcome, Clock clock) {
        if (interval.toSeconds() < 1) {
            throw new IllegalArgumentException("backups every " + interval + "; a second is the least");
        }
        this.backups = backups;
        this.interval = interval;
        this.copyTo = copyTo;
        this.outcome = outcome;
        this.clock = clock;
        thread.execute(this::look);
    }

    private void look() {
        var next = interval.dividedBy(RETRY_DIVISOR);
        try {
            var left = untilDue();
            if (left.isPositive()) {
                next = left;
            } else {
                outcome.accept(new Outcome(make(), null));
                next = interval;
            }
        } catch (BackupException e) {
            LOG.warn("scheduled backup failed problem={}", e.problem(), e);
            outcome.accept(new Outcome(null, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            LOG.error("scheduled backup failed", e);
        }
        if (!thread.isShutdown()) {
            thread.schedule(this::look, Math.max(1, next.toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private Backup make() throws BackupException, InterruptedException {
        var made = backups.create();
        return copyTo.isPresent() ? backups.upload(made.id(), copyTo.get()) : made;
    }

    private Duration untilDue() throws BackupException {
        var newest = BackupManager.newest(backups.list(), clock.instant());
        return newest.isEmpty() ? Duration.ZERO : Duration.between(clock.instant(), newest.get().createdAt().plus(interval));
    }

    /** A backup that is under way is ended where it is, and leaves nothing. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
