package cloudops.cli.internal;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point in time: a span before now ({@code 90s}, {@code 30m}, {@code 2h}, {@code 7d}), a day or time of the user's zone, or RFC 3339. */
final class TimeOption implements ITypeConverter<Instant> {

    private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

    @Override
    public Instant convert(String text) {
        var ago = AGO.matcher(text);
        try {
            if (ago.matches()) {
                return Instant.now().minus(span(Long.parseLong(ago.group(1)), ago.group(2).charAt(0)));
            }
            return text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant() : time(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException("not a time: '" + text + "'; 2h, 7d, 2026-01-31, 2026-01-31T09:00 and 2026-01-31T08:00:00Z are some");
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        }
    }

    private static Duration span(long count, char unit) {
        return switch (unit) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
