package cloudops.backup.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

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

    /** Those older than {@code kept}, but never the newest of all. */
    static List<String> expired(Collection<String> ids, Instant now, Duration kept) {
        var sorted = new TreeSet<>(ids);
        sorted.pollLast();
        return sorted.stream().filter(id -> time(id).isBefore(now.minus(kept))).toList();
    }
}
