package cloudops.ui.explorer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.eclipse.core.runtime.NullProgressMonitor;
import org.junit.jupiter.api.Test;

import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.spi.ScanException.Category;

class ScanSummaryTest {

    @Test
    void saysWhatFailedWhereOnce() {
        var denied = new ScanError(Category.AWS_CLI, "AccessDenied", "not allowed", "111111111111", "us-east-1", "rds", false);
        var throttled = new ScanError(Category.AWS_CLI, "Throttled", "too fast", null, null, null, true);
        var summary = ScanSummary.of(new ScanResult(12, 10, 2, 1, 4_200, Map.of(), List.of(), List.of(denied, denied, throttled)));
        assertThat(summary.headline()).isEqualTo("12 resources found in 4.2 s: 10 stored, 2 unchanged, 1 removed.");
        assertThat(summary.problems()).containsExactly("rds, us-east-1, 111111111111: AccessDenied: not allowed",
                "Throttled: too fast (try again)");
    }

    @Test
    void theBarOnlyGoesForwardWhileTheTotalGrows() {
        var worked = new int[1];
        var bar = new ScanProgressMonitor(new NullProgressMonitor() {
            @Override
            public void worked(int work) {
                assertThat(work).isPositive();
                worked[0] += work;
            }
        });
        bar.progress(new ScanProgress(null, 0, 0, 0, 0));
        bar.progress(new ScanProgress(null, 1, 2, 5, 0));
        bar.progress(new ScanProgress(null, 2, 10, 9, 0));
        bar.progress(new ScanProgress(null, 10, 10, 40, 40));
        assertThat(worked[0]).isEqualTo(1_000);
    }
}
