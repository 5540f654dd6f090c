package cloudops.ui.explorer.internal;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.ui.Times;

/**
 * A scan's result in words.
 *
 * @param headline what was found
 * @param problems a line each, what failed where; empty when the scan is complete
 */
record ScanSummary(String headline, List<String> problems) {

    static ScanSummary of(ScanResult result) {
        var headline = "%d resources found in %s: %d stored, %d unchanged, %d removed.".formatted(result.discovered(),
                Times.took(Duration.ofMillis(result.durationMs())), result.upserted(), result.unchanged(), result.deleted());
        return new ScanSummary(headline, result.errors().stream().map(ScanSummary::line).distinct().toList());
    }

    private static String line(ScanError error) {
        var where = Stream.of(error.service(), error.region(), error.accountId()).filter(Objects::nonNull).collect(Collectors.joining(", "));
        return (where.isEmpty() ? "" : where + ": ") + error.code() + ": " + error.message()
                + (error.retryable() ? " (try again)" : "");
    }
}
