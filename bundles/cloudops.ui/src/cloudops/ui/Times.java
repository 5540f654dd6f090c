package cloudops.ui;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Times as people read them, in the user's zone. */
public final class Times {

    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
    private static final DateTimeFormatter HOUR_AND_MINUTE = DateTimeFormatter.ofPattern("HH:mm");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private Times() {
    }

    /** Today's times without the date; null as the empty text. */
    public static String when(Instant instant) {
        if (instant == null) {
            return "";
        }
        var local = instant.atZone(ZoneId.systemDefault());
        return (local.toLocalDate().equals(LocalDate.now()) ? TIME : DATE_AND_TIME).format(local);
    }

    /** Today's times without the date, other days without the time. */
    public static String brief(Instant instant) {
        var local = instant.atZone(ZoneId.systemDefault());
        return local.toLocalDate().equals(LocalDate.now()) ? HOUR_AND_MINUTE.format(local) : local.toLocalDate().toString();
    }

    /** {@code 340 ms}, {@code 4.2 s}, {@code 3 min 5 s}, {@code 2 h 4 min}. */
    public static String took(Duration duration) {
        var millis = Math.max(0, duration.toMillis());
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return "%.1f s".formatted(millis / 1000.0);
        }
        return duration.toHours() > 0 ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
}
