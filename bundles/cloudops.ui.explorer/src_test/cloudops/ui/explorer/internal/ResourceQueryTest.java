package cloudops.ui.explorer.internal;

import static cloudops.ui.explorer.internal.SampleRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class ResourceQueryTest {

    private static final ResourceRow DB = row("111111111111", "us-west-2", "rds_instance", "pg-instance-main1", "pg-instance-main1", "available");
    private static final ResourceRow WEB = row("111111111111", "eu-west-1", "ec2_instance", "i-1", "Web Server", "stopped");
    private static final ResourceRow BUCKET = row("222222222222", "us-east-1", "s3_bucket", "logs", "logs", null);
    private static final List<ResourceRow> ALL = List.of(DB, WEB, BUCKET);

    @Test
    void everyWordMustOccurSomewhereInAnyCase() {
        assertThat(ResourceQuery.ALL.withWords("  web   SERVER ").apply(ALL)).containsExactly(WEB);
        assertThat(ResourceQuery.ALL.withWords("team=payments rds").apply(ALL)).containsExactly(DB);
        assertThat(ResourceQuery.ALL.withWords("222222222222").apply(ALL)).containsExactly(BUCKET);
        assertThat(ResourceQuery.ALL.withWords("web rds").apply(ALL)).isEmpty();
        assertThat(ResourceQuery.ALL.withWords(" ").apply(ALL)).hasSize(3);
    }

    @Test
    void scopeAndStateNarrow() {
        assertThat(ResourceQuery.ALL.withScope(new Scope("111111111111", null, null, null)).apply(ALL)).containsExactly(DB, WEB);
        assertThat(ResourceQuery.ALL.withState("stopped").apply(ALL)).containsExactly(WEB);
    }

    @Test
    void columnsSortBothWaysWithMissingValuesLast() {
        var byState = ResourceQuery.ALL.sortedBy(Column.STATE);
        assertThat(byState.apply(ALL)).containsExactly(DB, WEB, BUCKET);
        assertThat(byState.sortedBy(Column.STATE).apply(ALL)).containsExactly(BUCKET, WEB, DB);
        assertThat(byState.sortedBy(Column.NAME).apply(ALL)).containsExactly(BUCKET, DB, WEB);
    }

    @Test
    void hitsOfASearchKeepTheirOrder() {
        assertThat(ResourceQuery.ALL.unsorted().apply(List.of(WEB, BUCKET, DB))).containsExactly(WEB, BUCKET, DB);
    }

    @Test
    void cellsAreSafe() {
        var hostile = row("111111111111", "us-west-2", "rds_instance", "x", "a\nb\u202E", "running");
        assertThat(Column.NAME.text(hostile)).isEqualTo("a‹LF›b‹U+202E›");
        assertThat(Column.STATE.text(hostile)).isEqualTo("● running");
        assertThat(Column.STATE.text(BUCKET)).isEmpty();
        assertThat(Column.TYPE.text(DB)).isEqualTo("RDS instance");
    }

    @Test
    void typedRegionsAreSeparatedByCommasOrSpaces() {
        assertThat(ScanDialog.regions(" us-east-1, eu-west-1  us-east-1,")).containsExactly("us-east-1", "eu-west-1");
        assertThat(ScanDialog.regions("  ")).isEmpty();
    }
}
