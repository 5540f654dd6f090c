package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import cloudops.aws.CallerIdentity;
import cloudops.model.IamPermissions.Verdict;

/** Policies × requests, against the rules of the IAM User Guide. */
class PolicyEvaluatorTest {

    private static final String DB = "arn:aws:rds:us-west-2:123456789012:db:pg-instance-main1";
    private static final String EC2 = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc";
    private static final String BUCKET = "arn:aws:s3:::pg-backups-bucket";
    private static final String STOP = "rds:StopDBInstance";

    private static final Principal BOB =
            Principal.of(new CallerIdentity("123456789012", "arn:aws:iam::123456789012:user/ops/bob", "AIDAEXAMPLE"));
    private static final Principal ROLE =
            Principal.of(new CallerIdentity("123456789012", "arn:aws:sts::123456789012:assumed-role/Dev/s1", "AROAEXAMPLE:s1"));
    private static final ContextKeys USER = BOB.context(BOB.arn());
    private static final ContextKeys SESSION = ROLE.context("arn:aws:iam::123456789012:role/team/Dev");
    private static final ContextKeys SESSION_WITHOUT_PATH = ROLE.context(null);

    /** @param statements of policy P, JSON with single quotes */
    private record Case(String statements, String action, String resource, ContextKeys principal, Verdict verdict, String reason) {

        @Override
        public String toString() {
            return verdict + " " + action + " on " + resource + " by " + statements;
        }
    }

    private static Case user(String statements, String action, String resource, Verdict verdict, String reason) {
        return new Case(statements, action, resource, USER, verdict, reason);
    }

    private static Case user(String statements, String action, String resource, Verdict verdict) {
        return user(statements, action, resource, verdict, null);
    }

    private static Case stop(String statements, Verdict verdict) {
        return user(statements, STOP, DB, verdict);
    }

    private static Case session(String statements, Verdict verdict) {
        return new Case(statements, STOP, DB, SESSION, verdict, null);
    }

    private static String allow(String action, String resource) {
        return "{'Effect':'Allow','Action':'" + action + "','Resource':'" + resource + "'}";
    }

    private static String allowOn(String resource) {
        return allow("*", resource);
    }

    private static String allowIf(String condition) {
        return "{'Effect':'Allow','Action':'*','Resource':'*','Condition':" + condition + "}";
    }

    private static String denyIf(String condition) {
        return allow("*", "*") + ",{'Sid':'D','Effect':'Deny','Action':'*','Resource':'*','Condition':" + condition + "}";
    }

    private static ContextKeys named(String user) {
        return Principal.of(new CallerIdentity("123456789012", "arn:aws:iam::123456789012:user/" + user, "AIDA2")).context(null);
    }

    static Stream<Case> effects() {
        return Stream.of(
                user("{'Sid':'S','Effect':'Allow','Action':'rds:StopDBInstance','Resource':'*'}", STOP, DB, Verdict.ALLOWED,
                        "allowed by statement S of policy P"),
                user(allow("ec2:*", "*") + "," + allow("rds:*", "*"), STOP, DB, Verdict.ALLOWED, "allowed by statement 2 of policy P"),
                user("", STOP, DB, Verdict.DENIED, "no policy allows it"),
                user(allow("*", "*") + ",{'Effect':'Deny','Action':'rds:Stop*','Resource':'*'}", STOP, DB, Verdict.DENIED,
                        "explicit deny in policy P"),
                user("{'Effect':'Deny','Action':'rds:Stop*','Resource':'*'}," + allow("*", "*"), STOP, DB, Verdict.DENIED,
                        "explicit deny in policy P"),
                stop(allow("*", "*") + ",{'Effect':'Deny','Action':'rds:Delete*','Resource':'*'}", Verdict.ALLOWED),
                stop(allow("*", "*") + ",{'Effect':'Deny','Action':'*','Resource':'arn:aws:rds:*:*:db:other'}", Verdict.ALLOWED));
    }

    static Stream<Case> actions() {
        return Stream.of(
                stop(allow("*", "*"), Verdict.ALLOWED),
                stop(allow("rds:*", "*"), Verdict.ALLOWED),
                stop(allow("RDS:stopdbINSTANCE", "*"), Verdict.ALLOWED),
                user(allow("rds:StopDBInstance", "*"), "RDS:STOPDBINSTANCE", DB, Verdict.ALLOWED),
                stop(allow("rds:St?pDBInstance", "*"), Verdict.ALLOWED),
                stop(allow("rds:Stop?DBInstance", "*"), Verdict.DENIED),
                stop(allow("rds:*Instance", "*"), Verdict.ALLOWED),
                stop(allow("rds:*Cluster", "*"), Verdict.DENIED),
                stop(allow("r*:S*I*e", "*"), Verdict.ALLOWED),
                stop(allow("rds:StopDBInstance*", "*"), Verdict.ALLOWED),
                stop(allow("rds:StopDB", "*"), Verdict.DENIED),
                stop(allow("rds.StopDBInstance", "*"), Verdict.DENIED),
                stop(allow("rds", "*"), Verdict.DENIED),
                stop("{'Effect':'Allow','Action':['ec2:*','rds:Stop*'],'Resource':'*'}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','Action':['ec2:*','s3:*'],'Resource':'*'}", Verdict.DENIED),
                stop("{'Effect':'Allow','Action':'*','Resource':'*'},"
                        + "{'Effect':'Deny','NotAction':['RDS:STOP*','s3:*'],'Resource':'*'}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','Action':'*','Resource':'*'},{'Effect':'Deny','NotAction':'*','Resource':'*'}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','Action':['rds:StopDBInstance'],'Resource':['*']}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','NotAction':['iam:*','rds:stop*'],'Resource':'*'}", Verdict.DENIED),
                stop(allow("*", "*") + ",{'Effect':'Deny','NotAction':'ec2:*','Resource':'*'}", Verdict.DENIED),
                user(allow("*", "*") + ",{'Effect':'Deny','NotAction':'ec2:*','Resource':'*'}", "ec2:StopInstances", EC2,
                        Verdict.ALLOWED));
    }

    static Stream<Case> resources() {
        return Stream.of(
                stop(allowOn(DB), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:us-west-2:123456789012:db:PG-instance-main1"), Verdict.DENIED),
                stop(allowOn("arn:aws:rds:*:*:db:*"), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:*:123456789012:db:pg-*"), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:us-west-2:123456789012:*"), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:*"), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:eu-*:*:db:*"), Verdict.DENIED),
                stop(allowOn("arn:aws:rds:us-west-?:*:db:pg-instance-main?"), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:us-west-2:123456789012:db:pg-instance-main"), Verdict.DENIED),
                stop(allowOn("arn:aws:rds:us-west-2:123456789012:db:*-main1"), Verdict.ALLOWED),
                stop(allowOn("arn:aws:rds:us-west-2:123456789012:db?pg-instance-main1"), Verdict.UNKNOWN),
                user(allowOn("arn:aws:rds:us-west-2:123*main1"), STOP, DB, Verdict.UNKNOWN,
                        "unknown: a wildcard across the segments of an ARN in policy P"),
                user(allowOn("arn:aws:s3:::pg-*"), "s3:DeleteBucket", BUCKET, Verdict.ALLOWED),
                user(allowOn("arn:aws:s3:::pg-*/*"), "s3:DeleteBucket", BUCKET, Verdict.DENIED),
                user(allowOn("arn:aws:s3:::pg-*/*"), "s3:GetObject", BUCKET + "/a/b:c.txt", Verdict.ALLOWED),
                user(allowOn("arn:aws:ec2:*:*:instance/*"), "ec2:StopInstances", EC2, Verdict.ALLOWED),
                user(allowOn("arn:aws:ec2:*:*:volume/*"), "ec2:StopInstances", EC2, Verdict.DENIED),
                stop("{'Effect':'Allow','Action':'*','Resource':['arn:aws:s3:::*','" + DB + "']}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::*'}", Verdict.ALLOWED),
                stop("{'Effect':'Allow','Action':'*','NotResource':['arn:aws:s3:::*','arn:aws:rds:*:*:db:pg-*']}", Verdict.DENIED),
                stop(allowOn("*") + ",{'Effect':'Deny','Action':'*','NotResource':'arn:aws:ec2:*:*:*'}", Verdict.DENIED),
                user(allowOn("*"), STOP, "not an arn $(touch x)\n\u202e\ud83d\udc18", Verdict.ALLOWED),
                user(allowOn("arn:aws:rds:*:*:db:??"), STOP, "arn:aws:rds:us-west-2:1:db:\ud83d\udc18\u05d0", Verdict.ALLOWED),
                user(allowOn("arn:aws:rds:*:*:db:a.b"), STOP, "arn:aws:rds:us-west-2:1:db:axb", Verdict.DENIED),
                user(allowOn("arn:aws:rds:*:*:db:(a|b)"), STOP, "arn:aws:rds:us-west-2:1:db:a", Verdict.DENIED));
    }

    static Stream<Case> variables() {
        var own = "arn:aws:s3:::home-${aws:username}";
        return Stream.of(
                user(allowOn(own), "s3:DeleteBucket", "arn:aws:s3:::home-bob", Verdict.ALLOWED),
                user(allowOn(own), "s3:DeleteBucket", "arn:aws:s3:::home-eve", Verdict.DENIED),
                user(allowOn("arn:aws:s3:::home-${AWS:UserName}"), "s3:DeleteBucket", "arn:aws:s3:::home-bob", Verdict.ALLOWED),
                user(allowOn("arn:aws:iam::*:user/${aws:userid}*"), "iam:GetUser",
                        "arn:aws:iam::123456789012:user/AIDAEXAMPLE/x", Verdict.ALLOWED),
                user(allowOn("arn:aws:iam::${aws:PrincipalAccount}:user/x"), "iam:GetUser", "arn:aws:iam::123456789012:user/x", Verdict.UNKNOWN,
                        "unknown: variable ${aws:PrincipalAccount} in policy P"),
                user(allowOn("arn:aws:iam::${aws:PrincipalAccount}:user/x"), "iam:GetUser", "arn:aws:iam::123456789012:user/y", Verdict.DENIED),
                user(allowOn("arn:aws:s3:::home-${aws:PrincipalTag/team}"), "s3:DeleteBucket", "arn:aws:s3:::home-x", Verdict.UNKNOWN,
                        "unknown: variable ${aws:PrincipalTag/team} in policy P"),
                user(allowOn("arn:aws:s3:::home-${aws:PrincipalTag/team}"), "s3:DeleteBucket", "arn:aws:s3:::other", Verdict.DENIED),
                user(allowOn("arn:aws:s3:::home-${broken"), "s3:DeleteBucket", "arn:aws:s3:::home-x", Verdict.UNKNOWN),
                user(allowOn("arn:aws:s3:::a${*}b"), "s3:DeleteBucket", "arn:aws:s3:::a*b", Verdict.ALLOWED),
                user(allowOn("arn:aws:s3:::a${*}b"), "s3:DeleteBucket", "arn:aws:s3:::axb", Verdict.DENIED),
                new Case(allowOn(own), "s3:DeleteBucket", "arn:aws:s3:::home-s1", SESSION, Verdict.DENIED, null),
                new Case(allowOn("arn:aws:s3:::home-${aws:username, `all`}".replace("`", "\\u0027")), "s3:DeleteBucket",
                        "arn:aws:s3:::home-all", SESSION, Verdict.ALLOWED, null),
                stop(allowOn("*") + ",{'Effect':'Deny','Action':'*','Resource':'arn:aws:rds:*:*:db:${aws:PrincipalTag/x}'}",
                        Verdict.UNKNOWN),
                user(allowOn("arn:aws:s3:::a${?}b"), "s3:DeleteBucket", "arn:aws:s3:::axb", Verdict.DENIED),
                user(allowOn("arn:aws:s3:::${$}{aws:username}"), "s3:DeleteBucket", "arn:aws:s3:::${aws:username}", Verdict.ALLOWED),
                user(allowOn("arn:aws:s3:::${$}{aws:username}"), "s3:DeleteBucket", "arn:aws:s3:::bob", Verdict.DENIED),
                user(allowOn("arn:aws:s3:::${aws:username, `it``s`}".replace("`", "\\u0027")), "s3:DeleteBucket",
                        "arn:aws:s3:::bob", Verdict.UNKNOWN),
                // a role has no aws:username: nothing is selected by it, and the statement may be void as a whole
                session(allowOn("arn:aws:rds:*:*:db:${aws:username}*"), Verdict.DENIED),
                session("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::${aws:username}'}", Verdict.UNKNOWN),
                session(allow("*", "*") + ",{'Effect':'Deny','Action':'*','NotResource':'arn:aws:s3:::${aws:username}'}", Verdict.UNKNOWN),
                session("{'Effect':'Allow','Action':'*','Resource':['*','arn:aws:s3:::${aws:username}']}", Verdict.UNKNOWN),
                session("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::${aws:username, `x`}'}".replace("`", "\\u0027"), Verdict.ALLOWED),
                stop("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::${aws:PrincipalTag/team}'}", Verdict.UNKNOWN),
                stop("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::${aws:PrincipalTag/team, `x`}'}".replace("`", "\\u0027"),
                        Verdict.ALLOWED));
    }

    static Stream<Case> conditions() {
        return Stream.of(
                stop(allowIf("{'StringEquals':{'aws:RequestedRegion':'us-west-2'}}"), Verdict.ALLOWED),
                stop(allowIf("{'StringEquals':{'AWS:requestedregion':['eu-west-1','us-west-2']}}"), Verdict.ALLOWED),
                stop(allowIf("{'StringEquals':{'aws:RequestedRegion':'us-*'}}"), Verdict.DENIED),
                stop(allowIf("{'StringLike':{'aws:RequestedRegion':'us-*'}}"), Verdict.ALLOWED),
                stop(denyIf("{'StringNotEquals':{'aws:RequestedRegion':['us-west-2','eu-west-1']}}"), Verdict.ALLOWED),
                user(denyIf("{'StringNotEquals':{'aws:RequestedRegion':['us-east-1']}}"), STOP, DB, Verdict.DENIED,
                        "explicit deny in policy P"),
                stop(denyIf("{'StringNotLike':{'aws:RequestedRegion':'eu-*'}}"), Verdict.DENIED),
                user(allowIf("{'StringEquals':{'aws:RequestedRegion':'us-west-2'}}"), "s3:DeleteBucket", BUCKET, Verdict.UNKNOWN,
                        "unknown: condition aws:RequestedRegion in policy P"),
                stop(allowIf("{'StringEqualsIgnoreCase':{'aws:username':'BOB'}}"), Verdict.ALLOWED),
                stop(allowIf("{'StringEquals':{'aws:username':'BOB'}}"), Verdict.DENIED),
                stop(allowIf("{'StringNotEqualsIgnoreCase':{'aws:username':'BOB'}}"), Verdict.DENIED),
                new Case(denyIf("{'StringEqualsIgnoreCase':{'aws:username':'${aws:username}'}}"), STOP, DB, named("Bob"), Verdict.DENIED, null),
                new Case(allowIf("{'StringNotEqualsIgnoreCase':{'aws:username':'x${aws:username}'}}"), STOP, DB, named("Bob"), Verdict.ALLOWED, null),
                stop(allowIf("{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::123456789012:*'}}"), Verdict.ALLOWED),
                stop(allowIf("{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'ArnLike':{'aws:PrincipalArn':'arn:aws:i*:user/ops/bob'}}"), Verdict.UNKNOWN),
                stop(denyIf("{'ArnNotEquals':{'aws:PrincipalArn':'arn:aws:iam::*'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::1234567890??:user/o*b'}}"), Verdict.ALLOWED),
                session(allowIf("{'StringNotEquals':{'aws:PrincipalArn':'x${aws:username}'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'StringNotEquals':{'aws:PrincipalArn':'x${aws:PrincipalTag/team}'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'NullIfExists':{'aws:username':'false'}}"), Verdict.UNKNOWN),
                stop(allowIf("{}"), Verdict.ALLOWED),
                stop(allowIf("{'StringEquals':{}}"), Verdict.ALLOWED),
                stop(allowIf("{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/ops/*'}}"), Verdict.ALLOWED),
                stop(allowIf("{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::*:user/dev/*'}}"), Verdict.DENIED),
                stop(denyIf("{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/ops/*'}}"), Verdict.ALLOWED),
                stop(allowIf("{'StringEquals':{'aws:ResourceAccount':'${aws:PrincipalAccount}'}}"), Verdict.ALLOWED),
                stop(allowIf("{'StringEquals':{'aws:ResourceAccount':'999999999999'}}"), Verdict.DENIED),
                stop(denyIf("{'Bool':{'aws:PrincipalIsAWSService':'TRUE'}}"), Verdict.ALLOWED),
                stop(denyIf("{'Bool':{'aws:ViaAWSService':false}}"), Verdict.DENIED),
                user(allowIf("{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}"), STOP, DB, Verdict.UNKNOWN,
                        "unknown: condition aws:SourceIp in policy P"),
                stop(denyIf("{'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}}"), Verdict.UNKNOWN),
                stop(denyIf("{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'StringEquals':{'aws:ResourceTag/team':'ops'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'StringEquals':{'aws:ResourceTag/team':'ops','aws:username':'eve'}}"), Verdict.DENIED),
                stop(allowIf("{'StringEquals':{'aws:ResourceTag/team':'ops'}}") + "," + allow("rds:*", "*"), Verdict.ALLOWED),
                stop("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'Bool':{'aws:MultiFactorAuthPresent':'false'}}}",
                        Verdict.DENIED),
                stop(allowIf("{'ForAnyValue:StringEquals':{'aws:username':'bob'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'NumericLessThan':{'aws:MultiFactorAuthAge':'300'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'SomethingNew':{'aws:username':'bob'}}"), Verdict.UNKNOWN),
                stop(allowIf("{'Null':{'aws:username':'false'}}"), Verdict.ALLOWED),
                session(allowIf("{'Null':{'aws:username':'false'}}"), Verdict.DENIED),
                session(allowIf("{'Null':{'aws:username':true}}"), Verdict.ALLOWED),
                session(allowIf("{'StringEquals':{'aws:username':'bob'}}"), Verdict.DENIED),
                session(allowIf("{'StringNotEquals':{'aws:username':'bob'}}"), Verdict.ALLOWED),
                session(allowIf("{'StringEqualsIfExists':{'aws:username':'bob'}}"), Verdict.ALLOWED),
                session(allowIf("{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::123456789012:role/team/*'}}"), Verdict.ALLOWED),
                new Case(allowIf("{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/Dev'}}"), STOP, DB, SESSION_WITHOUT_PATH,
                        Verdict.UNKNOWN, "unknown: condition aws:PrincipalArn in policy P"));
    }

    @ParameterizedTest
    @MethodSource({ "effects", "actions", "resources", "variables", "conditions" })
    void decides(Case c) throws MalformedPolicyException {
        var policies = new PrincipalPolicies(c.principal(), List.of(policy("P", c.statements(), c.principal())), List.of(),
                Optional.empty(), Optional.empty(), false, Optional.empty());

        var decision = new PolicyEvaluator(policies).decide(c.action(), c.resource());

        assertThat(decision.verdict()).as(decision.reason()).isEqualTo(c.verdict());
        if (c.reason() != null) {
            assertThat(decision.reason()).isEqualTo(c.reason());
        }
    }

    @Test
    void leavesVariablesAsTextInPoliciesOfTheFirstVersion() throws MalformedPolicyException {
        var document = StubIam.json("{'Statement':" + allowOn("arn:aws:s3:::home-${aws:username}") + "}");
        var policies = bounded(new PolicyParser(USER).parse("P", document), null, null);
        var evaluator = new PolicyEvaluator(policies);

        assertThat(evaluator.decide("s3:DeleteBucket", "arn:aws:s3:::home-bob").verdict()).isEqualTo(Verdict.DENIED);
        assertThat(evaluator.decide("s3:DeleteBucket", "arn:aws:s3:::home-${aws:username}").verdict()).isEqualTo(Verdict.ALLOWED);
    }

    /** Identity policy, boundary ("-" none, "?" unreadable), verdict, reason. */
    private record Bounded(String identity, String boundary, Verdict verdict, String reason) {
    }

    static Stream<Bounded> boundaries() {
        var conditional = allowIf("{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}");
        return Stream.of(
                new Bounded(allow("*", "*"), "-", Verdict.ALLOWED, "allowed by statement 1 of policy P"),
                new Bounded(allow("*", "*"), allow("rds:*", "*"), Verdict.ALLOWED, "allowed by statement 1 of policy P"),
                new Bounded(allow("*", "*"), allow("ec2:*", "*"), Verdict.DENIED, "the permissions boundary B does not allow it"),
                new Bounded("", allow("*", "*"), Verdict.DENIED, "no policy allows it"),
                new Bounded(allow("*", "*"), allow("*", "*") + ",{'Effect':'Deny','Action':'rds:*','Resource':'*'}", Verdict.DENIED,
                        "explicit deny in policy B"),
                new Bounded(allow("*", "*"), conditional, Verdict.UNKNOWN, "unknown: condition aws:SourceIp in policy B"),
                new Bounded("", conditional, Verdict.DENIED, "no policy allows it"),
                new Bounded(conditional, allow("ec2:*", "*"), Verdict.DENIED, "the permissions boundary B does not allow it"),
                new Bounded(allow("*", "*"), "?", Verdict.UNKNOWN, "unknown: boundary unread"),
                new Bounded("", "?", Verdict.DENIED, "no policy allows it"),
                new Bounded("{'Effect':'Deny','Action':'*','Resource':'*'}", "?", Verdict.DENIED, "explicit deny in policy P"));
    }

    @ParameterizedTest
    @MethodSource("boundaries")
    void needsTheBoundaryToo(Bounded c) throws MalformedPolicyException {
        var policies = bounded(policy("P", c.identity(), USER), c.boundary(), null);

        assertThat(new PolicyEvaluator(policies).decide(STOP, DB)).isEqualTo(new Decision(c.verdict(), c.reason()));
    }

    @Test
    void takesAnUnreadPolicyForOneThatMightAllowOrDenyAnything() throws MalformedPolicyException {
        var readable = policy("P", allow("rds:*", "*") + ",{'Effect':'Deny','Action':'rds:Delete*','Resource':'*'}", USER);
        var evaluator = new PolicyEvaluator(bounded(readable, allow("rds:*", "*"), "policy X could not be read (AccessDenied)"));

        assertThat(evaluator.decide(STOP, DB)).isEqualTo(Decision.unknown("policy X could not be read (AccessDenied)"));
        assertThat(evaluator.decide("rds:DeleteDBInstance", DB).verdict()).isEqualTo(Verdict.DENIED);
        assertThat(evaluator.decide("ec2:StopInstances", EC2).reason()).isEqualTo("the permissions boundary B does not allow it");
    }

    @Test
    void isNotSlowedDownByManyWildcards() {
        var pattern = TextPattern.of("a*".repeat(200) + "b", TextPattern.Wildcards.ANYWHERE, null);
        long started = System.nanoTime();

        assertThat(pattern.matches("a".repeat(2000))).isEqualTo(Match.NO);
        assertThat(System.nanoTime() - started).isLessThan(20_000_000_000L);
    }

    private static PrincipalPolicies bounded(PolicyDocument identity, String boundary, String gap) throws MalformedPolicyException {
        boolean readable = boundary != null && !boundary.equals("-") && !boundary.equals("?");
        return new PrincipalPolicies(USER, List.of(identity), gap == null ? List.of() : List.of(gap),
                readable ? Optional.of(policy("B", boundary, USER)) : Optional.empty(),
                "?".equals(boundary) ? Optional.of("boundary unread") : Optional.empty(), false, Optional.empty());
    }

    private static PolicyDocument policy(String name, String statements, ContextKeys principal) throws MalformedPolicyException {
        var document = StubIam.json("{'Version':'2012-10-17','Statement':[" + statements + "]}");
        return new PolicyParser(principal).parse(name, document);
    }
}
