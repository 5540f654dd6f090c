package cloudops.scanner.internal;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** A span of time in the settings: {@code 90s}, {@code 15m}, {@code 6h}, {@code 1d}. */
final class Span {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");

    private Span() {
    }

    /** @throws IllegalArgumentException when {@code text} is none, or less than a second */
    static Duration parse(String name, String text) {
        var span = SPAN.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (span.matches()) {
            long count = Long.parseLong(span.group(1));
            var parsed = switch (span.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
            if (parsed.isPositive()) {
                return parsed;
            }
        }
        throw new IllegalArgumentException(name + " '" + text + "' is no span of time; try: 15m, 6h");
    }
}
