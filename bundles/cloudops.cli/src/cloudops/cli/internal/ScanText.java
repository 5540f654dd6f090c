package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import cloudops.model.DisplayText;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;

/** A scan's result for people. */
final class ScanText {

    private ScanText() {
    }

    static void print(ScanResult result, PrintStream out) {
        out.printf("%d discovered, %d written, %d unchanged, %d deleted in %.1f s%n", result.discovered(), result.upserted(),
                result.unchanged(), result.deleted(), result.durationMs() / 1000.0);
        result.byService().forEach((service, count) -> out.printf("  %-12s %d%n", service, count));
        for (var scope : result.scopes()) {
            if (scope.status() != ScopeStatus.COMPLETE) {
                out.println("  " + scope.status().name().toLowerCase(Locale.ROOT) + ": " + what(scope));
            }
        }
        for (var error : result.errors()) {
            out.println("  " + error.code() + ": " + where(error) + DisplayText.line(error.message()));
        }
    }

    /** DONE when every scope is complete, FAILED when none is, PARTLY in between. */
    static int exitCode(ScanResult result) {
        if (result.complete() && result.errors().isEmpty()) {
            return ExitCode.DONE;
        }
        boolean something = result.scopes().stream().anyMatch(scope -> scope.status() != ScopeStatus.FAILED);
        return something ? ExitCode.PARTLY : ExitCode.FAILED;
    }

    /** What is known of a scope's names: it may stand for several that could not be told. */
    private static String what(Scope scope) {
        var type = scope.resourceType() == null ? scope.service() : scope.resourceType();
        return Stream.of(scope.accountName(), scope.region(), type).filter(Objects::nonNull).map(DisplayText::line).collect(Collectors.joining(" "));
    }

    private static String where(ScanResult.ScanError error) {
        var where = new StringBuilder();
        for (var part : new String[] { error.accountId(), error.region(), error.service() }) {
            if (part != null) {
                where.append(DisplayText.line(part)).append(' ');
            }
        }
        return where.isEmpty() ? "" : where + "- ";
    }
}
