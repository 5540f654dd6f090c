package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import cloudops.model.DisplayText;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;

/** A scan's result for people: the numbers, what is not complete, and why, with what to do about it. */
final class ScanText {

    private ScanText() {
    }

    static void print(ScanResult result, PrintStream out) {
        out.printf(Locale.ROOT, "%d discovered, %d written, %d unchanged, %d deleted in %.1f s%n", result.discovered(), result.upserted(),
                result.unchanged(), result.deleted(), result.durationMs() / 1000.0);
        result.byService().forEach((service, count) -> out.printf(Locale.ROOT, "  %-12s %d%n", service, count));
        printIncomplete(result, out);
        printErrors(result, out);
    }

    /** DONE when every scope is complete, FAILED when none is, PARTLY in between. */
    static int exitCode(ScanResult result) {
        if (result.complete() && result.errors().isEmpty()) {
            return ExitCode.DONE;
        }
        boolean something = result.scopes().stream().anyMatch(scope -> scope.status() != ScopeStatus.FAILED);
        return something ? ExitCode.PARTLY : ExitCode.FAILED;
    }

    /** The types that fared alike in one account and region. */
    private record Place(ScopeStatus status, String account, String region) {
    }

    private static void printIncomplete(ScanResult result, PrintStream out) {
        var types = new LinkedHashMap<Place, List<String>>();
        int count = 0;
        for (var scope : result.scopes()) {
            if (scope.status() != ScopeStatus.COMPLETE) {
                types.computeIfAbsent(new Place(scope.status(), scope.accountName(), scope.region()), place -> new ArrayList<>()).add(what(scope));
                count++;
            }
        }
        if (count > 0) {
            out.println("not complete: " + count + " of " + result.scopes().size() + " scopes");
        }
        types.forEach((place, of) -> out.println("  " + place.status().name().toLowerCase(Locale.ROOT) + ": " + said(place.account(), "all accounts")
                + " " + said(place.region(), "all regions") + ": " + String.join(", ", of)));
    }

    /** One scope may stand for all that could not even be named. */
    private static String what(Scope scope) {
        return scope.resourceType() != null ? DisplayText.line(scope.resourceType()) : said(scope.service(), "everything");
    }

    private static String said(String name, String otherwise) {
        return name == null ? otherwise : DisplayText.line(name);
    }

    /** Errors of a kind together, and what mends them once. */
    private static void printErrors(ScanResult result, PrintStream out) {
        var kinds = new LinkedHashMap<String, List<ScanError>>();
        result.errors().forEach(error -> kinds.computeIfAbsent(error.code(), code -> new ArrayList<>()).add(error));
        kinds.forEach((code, errors) -> {
            var remedies = new LinkedHashSet<String>();
            for (var error : errors) {
                var failure = Failure.ofMessage(ExitCode.FAILED, error.message());
                out.println("  " + DisplayText.line(code) + ": " + where(error) + DisplayText.line(failure.message()));
                remedies.add(failure.remedy() == null ? remedy(code) : failure.remedy());
            }
            remedies.stream().filter(remedy -> remedy != null).forEach(remedy -> out.println("    try: " + DisplayText.line(remedy)));
        });
    }

    private static String where(ScanError error) {
        var where = Stream.of(error.accountId(), error.region(), error.service()).filter(part -> part != null).map(DisplayText::line).toList();
        return where.isEmpty() ? "" : String.join(" ", where) + " - ";
    }

    /** What mends errors whose messages do not say it; null where we do not know. */
    private static String remedy(String code) {
        return switch (code) {
            case "AccessDenied" -> "allow the call in a policy of the profile's user or role, or leave it out with --service or --region";
            case "ExplicitDeny" -> "have the policy changed that denies it, or leave it out with --service or --region";
            case "DisabledRegion" -> "enable the region in the account, or leave it out with --region";
            case "Throttled", "ServerError" -> "scan again later";
            case "NoCredentials", "ExpiredToken" -> "cloudops profiles validate";
            case "PermissionsUnknown" -> "allow the profile's user or role iam:SimulatePrincipalPolicy, or iam:Get* and iam:List*";
            case "UnsupportedService", "NoScanners" -> "cloudops plugins list";
            case "EmbeddingFailed" -> "scan again: what is found by words only is embedded then";
            default -> null;
        };
    }
}
