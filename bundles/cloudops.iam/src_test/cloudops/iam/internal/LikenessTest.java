package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import cloudops.aws.CallerIdentity;

class LikenessTest {

    private static final String ARN = "arn:aws:iam::123456789012:user/bob";
    private static final ContextKeys BOB = Principal.of(new CallerIdentity("123456789012", ARN, "AIDA1")).context(ARN);
    private static final List<String> ACTIONS = List.of("rds:StopDBInstance", "RDS:startdbinstance");
    private static final String OTHER = "arn:aws:rds:us-west-2:123456789012:db:other";

    @Test
    void takesResourcesForAlikeThatEachStatementSelectsAlike() throws Exception {
        var likeness = likeness("{'Effect':'Allow','Action':'rds:*','Resource':'*'},"
                + "{'Effect':'Deny','Action':'rds:Stop*','Resource':'arn:aws:rds:*:*:db:prod-*'}");

        assertThat(likeness.kind(db("prod-1"))).isPresent().isEqualTo(likeness.kind(db("prod-2"))).isNotEqualTo(likeness.kind(db("test-1")));
        assertThat(likeness.kind(db("test-1"))).isEqualTo(likeness.kind(db("test-2")));
    }

    @Test
    void takesNoNoticeOfStatementsAboutOtherActions() throws Exception {
        var likeness = likeness("{'Effect':'Allow','Action':['rds:Delete*','s3:*'],'Resource':'" + db("a") + "'}");

        assertThat(likeness.kind(db("a"))).isPresent().isEqualTo(likeness.kind(db("b")));
    }

    @Test
    void takesNoticeOfNotActionAndOfTheBoundary() throws Exception {
        var named = "'Resource':'" + db("a") + "'}";
        var notAction = likeness("{'Effect':'Deny','NotAction':'s3:*'," + named);
        assertThat(notAction.kind(db("a"))).isNotEqualTo(notAction.kind(db("b")));

        var boundary = policy("{'Effect':'Allow','Action':'rds:*'," + named);
        var bounded = new Likeness(new PrincipalPolicies(BOB, List.of(), List.of(), Optional.of(boundary), Optional.empty(), false, Optional.empty()), ACTIONS);
        assertThat(bounded.kind(db("a"))).isNotEqualTo(bounded.kind(db("b")));
    }

    @Test
    void keepsRegionsAccountsServicesAndTypesApart() throws Exception {
        var likeness = likeness("{'Effect':'Allow','Action':'*','Resource':'*'}");

        assertThat(List.of(OTHER, OTHER.replace("us-west-2", "eu-west-1"), OTHER.replace("123456789012", "210987654321"),
                OTHER.replace(":db:", ":cluster:"), OTHER.replace("aws:rds", "aws:ec2"), OTHER.replace("arn:aws", "arn:aws-cn")))
                        .extracting(likeness::kind).doesNotHaveDuplicates();
        assertThat(likeness.kind("arn:aws:s3:::a/x")).isPresent().isEqualTo(likeness.kind("arn:aws:s3:::b"));
    }

    @Test
    void takesNothingForAlikeWhereAMatchIsNotDecided() throws Exception {
        var variable = likeness("{'Effect':'Allow','Action':'*','Resource':'arn:aws:rds:*:*:db:${aws:PrincipalTag/team}-*'}");
        assertThat(variable.kind(db("a-b"))).isEmpty();
        assertThat(variable.kind("arn:aws:ec2:us-west-2:123456789012:instance/i-1")).isPresent();

        var segments = likeness("{'Effect':'Allow','Action':'*','Resource':'arn:aws:rds:us*other'}");
        assertThat(segments.kind(OTHER)).isEmpty();
    }

    @Test
    void takesNothingForAlikeWhereAPolicyWasNotRead() {
        var gap = new PrincipalPolicies(BOB, List.of(), List.of("a gap"), Optional.empty(), Optional.empty(), false, Optional.empty());
        var boundaryGap = new PrincipalPolicies(BOB, List.of(), List.of(), Optional.empty(), Optional.of("a gap"), false, Optional.empty());

        assertThat(new Likeness(gap, ACTIONS).kind(OTHER)).isEmpty();
        assertThat(new Likeness(boundaryGap, ACTIONS).kind(OTHER)).isEmpty();
    }

    @Test
    void takesWhatIsNoArnForLikeNothing() throws Exception {
        var likeness = likeness("{'Effect':'Allow','Action':'*','Resource':'*'}");

        assertThat(List.of("", "*", "arn:", "::::", "db\n\u202e\ud83d\udc18")).extracting(likeness::kind).containsOnly(Optional.empty());
    }

    private static String db(String name) {
        return "arn:aws:rds:us-west-2:123456789012:db:" + name;
    }

    private static Likeness likeness(String statements) throws MalformedPolicyException {
        return new Likeness(new PrincipalPolicies(BOB, List.of(policy(statements)), List.of(), Optional.empty(), Optional.empty(), false,
                Optional.empty()), ACTIONS);
    }

    private static PolicyDocument policy(String statements) throws MalformedPolicyException {
        return new PolicyParser(BOB).parse("P", StubIam.json("{'Version':'2012-10-17','Statement':[" + statements + "]}"));
    }
}
