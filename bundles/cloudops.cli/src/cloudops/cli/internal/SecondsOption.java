package cloudops.cli.internal;

import java.time.Duration;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time limit in seconds: {@code 90}, {@code 0.5}. */
final class SecondsOption implements ITypeConverter<Duration> {

    private static final double LONGEST = Duration.ofDays(365).toSeconds();

    @Override
    public Duration convert(String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0.001 && seconds <= LONGEST) {
                return Duration.ofMillis(Math.round(seconds * 1_000));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new TypeConversionException("not a time in seconds, more than nothing and at most a year: " + text);
    }
}
