package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Verdict.Effect;

class TrimmedReadsTest {

    private final OperationTable table = OperationTable.bundled();

    /** A line for an operation that is no sensitive read (any more) would never be looked at. */
    @Test
    void everyLineNamesASensitiveRead() {
        var bundled = new TrimmedReads(OperationTable.text(TrimmedReads.RESOURCE));

        assertThat(bundled.all()).containsKey("lambda list-functions");
        assertThat(bundled.all().keySet()).allSatisfy(name -> assertThat(table.judge(name.split(" ")[0], name.split(" ")[1]).effect())
                .isEqualTo(Effect.SENSITIVE_READ));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda list-functions", "lambda", "lambda list-functions .A", "lambda list-functions A..B", "lambda list-functions *",
        "lambda list-functions A.", "lambda list-functions A -- why"})
    void lineWithoutPathsIsRefused(String line) {
        assertThatThrownBy(() -> new TrimmedReads("# head\n" + line)).isInstanceOf(IllegalStateException.class).hasMessageContaining("line 2");
    }

    @Test
    void operationIsNamedOnce() {
        assertThatThrownBy(() -> new TrimmedReads("a b C\na b D")).isInstanceOf(IllegalStateException.class).hasMessageContaining("a b is there twice");
    }
}
