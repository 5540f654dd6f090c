package cloudops.backup.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

import cloudops.backup.Backup;

/** IDs of backups, which begin with the time, and which of them are too old. */
final class Retention {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    private Retention() {
    }

    static String newId(Instant now) {
        return TIME.format(now.atOffset(ZoneOffset.UTC)) + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    static Instant time(String id) {
        return LocalDateTime.parse(id.substring(0, id.indexOf('-')), TIME).toInstant(ZoneOffset.UTC);
    }

    /**
     * Those older than {@code kept}, but never the newest of all, nor the newest good one: a store that was lost or damaged must not replace, backup
     * by backup, the last that is of use.
     *
     * @param isGood asked only while there is something to delete
     */
    static <E extends Exception, I extends Exception> List<String> expired(Collection<String> ids, Instant now, Duration kept,
            Test<E, I> isGood) throws E, I {
        var newestFirst = new TreeSet<>(ids).descendingSet();
        var expired = new ArrayList<>(newestFirst.stream().skip(1).filter(id -> time(id).isBefore(now.minus(kept))).toList());
        if (!expired.isEmpty()) {
            for (var id : newestFirst) {
                if (isGood.test(id)) {
                    expired.remove(id);
                    break;
                }
            }
        }
        return expired;
    }

    /** Whether a backup holds records, and all that its store had. */
    static boolean isGood(Backup backup) {
        return backup.leftOut() == 0 && backup.records().values().stream().anyMatch(records -> records > 0);
    }

    /** @param <E> what looking at a backup may fail with, as {@code <I>} */
    @FunctionalInterface
    interface Test<E extends Exception, I extends Exception> {
        boolean test(String id) throws E, I;
    }
}
