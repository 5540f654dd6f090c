package cloudops.ui.explorer.internal;

import static cloudops.ui.explorer.internal.SampleRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import cloudops.ui.explorer.internal.EstateNode.Kind;

class EstateNodeTest {

    private static final String ONE = "111111111111";
    private static final String TWO = "222222222222";

    private final EstateNode root = EstateNode.of(List.of(row(TWO, "us-east-1", "s3_bucket", "logs", "logs", null),
            row(ONE, "us-west-2", "rds_instance", "pg-b", "pg-b", "available"), row(ONE, "us-west-2", "rds_instance", "pg-a", "pg-a", "stopped"),
            row(ONE, "eu-west-1", "ec2_instance", "i-1", "web", "running")));

    @Test
    void groupsByAccountRegionServiceAndCounts() {
        assertThat(root.count()).isEqualTo(4);
        assertThat(root.children()).extracting(EstateNode::label).containsExactly("account 1", "account 2");
        var account = root.children().getFirst();
        assertThat(account.qualifier()).isEqualTo(ONE);
        assertThat(account.count()).isEqualTo(3);
        assertThat(account.children()).extracting(EstateNode::label).containsExactly("eu-west-1", "us-west-2");
        var service = account.children().getLast().children().getFirst();
        assertThat(service.label()).isEqualTo("RDS");
        assertThat(service.children()).extracting(EstateNode::label).containsExactly("pg-a", "pg-b");
        assertThat(service.children().getFirst().parent()).isSameAs(service);
        assertThat(service.children().getFirst().row().state()).isEqualTo("stopped");
    }

    @Test
    void theSamePlaceIsEqualAfterTheEstateWasReadAgain() {
        var again = EstateNode.of(List.of(row(ONE, "us-west-2", "rds_instance", "pg-new", "pg-new", "available")));
        assertThat(again).isEqualTo(root).hasSameHashCodeAs(root);
        assertThat(again.children().getFirst()).isEqualTo(root.children().getFirst()).isNotEqualTo(root.children().getLast());
    }

    @Test
    void aLargeServiceShowsSomeAndSaysHowManyMore() {
        var rows = IntStream.range(0, 1_000).mapToObj(i -> row(ONE, "us-east-1", "ec2_instance", "i-" + i, "n", "running")).toList();
        var service = EstateNode.of(rows).children().getFirst().children().getFirst().children().getFirst();
        assertThat(service.count()).isEqualTo(1_000);
        assertThat(service.children()).hasSize(EstateNode.MOST_LEAVES + 1);
        assertThat(service.children().getLast().kind()).isEqualTo(Kind.MORE);
        assertThat(service.children().getLast().label()).isEqualTo("800 more in the table");
    }

    @Test
    void anEmptyEstateIsOneNode() {
        assertThat(EstateNode.of(List.of()).children()).isEmpty();
    }

    @Test
    void scopesContainWhatIsBelowThem() {
        var pg = row(ONE, "us-west-2", "rds_instance", "pg", "pg", null);
        assertThat(Scope.ALL.contains(pg)).isTrue();
        assertThat(new Scope(ONE, "us-west-2", "rds", null).contains(pg)).isTrue();
        assertThat(new Scope(ONE, "us-west-2", "ec2", null).contains(pg)).isFalse();
        assertThat(new Scope(TWO, null, null, null).contains(pg)).isFalse();
        assertThat(new Scope(ONE, "us-west-2", "rds", pg.key()).contains(pg)).isTrue();
    }
}
