package cloudops.execution.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.PlanFile;
import cloudops.execution.PlanStep;
import cloudops.execution.Verdict.Decision;

/** What docs/plans.md shows is a good plan. */
class PlanDocumentationTest {

    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path home;

    @Test
    void theExampleIsAPlanWithoutProblems() throws Exception {
        var example = EXAMPLE.matcher(Files.readString(Path.of("../../docs/plans.md")));
        assertThat(example.find()).isTrue();
        var plan = PlanFile.of(example.group(1).getBytes(StandardCharsets.UTF_8), null).plan();

        assertThat(plan.steps()).extracting(PlanStep::id).containsExactly("find", "stop", "note");
        try (var plans = new PlanFixture(home)) {
            assertThat(plans.engine.problems(plan)).isEmpty();
            assertThat(plans.engine.verdict(plan).decision()).isEqualTo(Decision.ASK);
        }
    }
}
