package cloudops.backup.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
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
import cloudops.backup.BackupManager.Scheduled;
import cloudops.backup.S3Location;

/** Makes backups as they fall due, by the newest there is, whoever made it. One thread of its own, until closed. */
final class Schedule implements Scheduled {

    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
    /** What part of the interval passes before a failure is tried again. */
    private static final int RETRY_DIVISOR = 10;
    /** Timers stand still while a laptop sleeps; backups are due by the time of day. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    private final BackupManager backups;
    private final Duration interval;
    private final Optional<S3Location> copyTo;
    private final Consumer<Outcome> outcome;
    private final Clock clock;
    /** Of the last backup, where its copy failed; tried again before another is made. Used by the thread alone. */
    private String notCopied;
    /** The newest backup when it was looked for last where copies go, and was there. */
    private String copied;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloudops-backups").factory());

    /** @param first when to look for the first time, from now */
    Schedule(BackupManager backups, Duration interval, Optional<S3Location> copyTo, Consumer<Outcome> outcome, Clock clock,
            Duration first) {
        if (interval.toSeconds() < 1) {
            throw new IllegalArgumentException("backups every " + interval + "; a second is the least");
        }
        this.backups = backups;
        this.interval = interval;
        this.copyTo = copyTo;
        this.outcome = outcome;
        this.clock = clock;
        thread.schedule(this::look, first.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        var next = interval.dividedBy(RETRY_DIVISOR);
        try {
            var left = untilDue();
            if (left.isPositive() && lacksCopy()) {
                left = Duration.ZERO;
            }
            if (!left.isPositive()) {
                outcome.accept(new Outcome(make(), null));
                left = interval;
            }
            next = left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE;
        } catch (BackupException e) {
            if (e.problem() == BackupException.Problem.NOT_FOUND) {
                notCopied = null;
            }
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
        if (notCopied == null) {
            var made = backups.create();
            if (copyTo.isEmpty()) {
                return made;
            }
            notCopied = made.id();
        }
        var there = backups.upload(notCopied, copyTo.get());
        copied = notCopied;
        notCopied = null;
        return there;
    }

    /** Whether the newest is not where copies go: the process that made it may have ended before it copied it. */
    private boolean lacksCopy() throws BackupException, InterruptedException {
        var newest = copyTo.isEmpty() ? Optional.<Backup>empty() : newest();
        if (newest.isEmpty() || newest.get().id().equals(copied)) {
            return false;
        }
        var id = newest.get().id();
        if (backups.list(copyTo.get()).stream().anyMatch(there -> there.id().equals(id))) {
            copied = id;
            return false;
        }
        notCopied = id;
        return true;
    }

    private Duration untilDue() throws BackupException {
        if (notCopied != null) {
            return Duration.ZERO;
        }
        return newest().map(backup -> Duration.between(clock.instant(), backup.createdAt().plus(interval))).orElse(Duration.ZERO);
    }

    /** One that a wrong clock dated in the future does not count. */
    private Optional<Backup> newest() throws BackupException {
        var now = clock.instant();
        return backups.list().stream().filter(backup -> !backup.createdAt().isAfter(now)).max(Comparator.comparing(Backup::createdAt));
    }

    /** A backup that is under way is ended where it is, and leaves nothing. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
