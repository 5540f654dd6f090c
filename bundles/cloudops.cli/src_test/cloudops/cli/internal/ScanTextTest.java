package cloudops.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.spi.ScanException.Category;

class ScanTextTest {

    private static Scope scope(String profile, String region, String type, ScopeStatus status, ScanError... errors) {
        return new Scope("111111111111", profile, region, type == null ? null : type.substring(0, type.indexOf('_')), type, status, 1, List.of(errors));
    }

    private static ScanError denied(String region) {
        return new ScanError(Category.AWS_CLI, "AccessDenied", "rds describe-db-instances: not allowed", "111111111111", region, "rds", false);
    }

    private static String text(List<Scope> scopes) {
        var bytes = new ByteArrayOutputStream();
        var errors = scopes.stream().flatMap(scope -> scope.errors().stream()).toList();
        ScanText.print(new ScanResult(3, 2, 1, 0, 1500, Map.of("rds", 3), scopes, errors), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsCompleteIsNotNamed() {
        assertThat(text(List.of(scope("production", "us-east-1", "rds_instance", ScopeStatus.COMPLETE)))).isEqualToNormalizingNewlines("""
                3 discovered, 2 written, 1 unchanged, 0 deleted in 1.5 s
                  rds          3
                """);
    }

    @Test
    void whatIsNotCompleteIsALineAPlaceAndWhatMendsAKindOfErrorIsSaidOnce() {
        assertThat(text(List.of(scope("production", "us-east-1", "rds_instance", ScopeStatus.FAILED, denied("us-east-1")),
                scope("production", "us-east-1", "rds_cluster", ScopeStatus.FAILED), scope("production", "eu-west-1", "rds_cluster", ScopeStatus.COMPLETE),
                scope("production", "eu-west-1", "rds_instance", ScopeStatus.PARTIAL, denied("eu-west-1"))))).endsWith("""
                not complete: 3 of 4 scopes
                  failed: production us-east-1: rds_instance, rds_cluster
                  partial: production eu-west-1: rds_instance
                  AccessDenied: 111111111111 us-east-1 rds - rds describe-db-instances: not allowed
                  AccessDenied: 111111111111 eu-west-1 rds - rds describe-db-instances: not allowed
                    try: allow the call in a policy of the profile's user or role, or leave it out with --service or --region
                """.replace("\n", System.lineSeparator()));
    }

    @Test
    void whatCouldNotBeNamedStandsForAll() {
        var unknown = new ScanError(Category.EXECUTION, "UnknownProfile", "no profile 'typo'; try: aws configure --profile typo", null, null, null, false);
        var unsupported = new ScanError(Category.EXECUTION, "UnsupportedService", "no scanner for \"foo\u001b[31m\"", null, null, "foo", false);

        var text = text(List.of(new Scope(null, null, null, "foo", null, ScopeStatus.FAILED, 0, List.of(unsupported)),
                new Scope(null, "typo", null, null, null, ScopeStatus.FAILED, 0, List.of(unknown))));

        assertThat(text).contains("  failed: all accounts all regions: foo", "  failed: typo all regions: everything",
                "  UnknownProfile: no profile 'typo'" + System.lineSeparator() + "    try: aws configure --profile typo",
                "    try: cloudops plugins list").doesNotContain("\u001b");
    }

    @Test
    void aLineIsCutWhereATerminalWouldGoOnToTheNext() {
        assertThat(TextWidth.beginning("scanning", 4)).isEqualTo("scan");
        assertThat(TextWidth.beginning("scan", 4)).isEqualTo("scan");
        assertThat(TextWidth.beginning("\u7dda\u7dda\u7dda", 5)).isEqualTo("\u7dda\u7dda");
        assertThat(TextWidth.beginning("ab\ud83d\ude80", 3)).as("no half of a character").isEqualTo("ab");
    }
}
