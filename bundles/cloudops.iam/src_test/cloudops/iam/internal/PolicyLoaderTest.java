package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.CallerIdentity;
import cloudops.model.IamPermissions.Verdict;

/** Answers have the shapes of the AWS CLI. */
class PolicyLoaderTest {

    private static final String DB = "arn:aws:rds:us-west-2:123456789012:db:pg-instance-main1";
    private static final String USER = "{'UserName':'bob'}";
    private static final String NASTY = "p $(touch x)\\n\u202e\ud83d\udc18";
    private static final Principal BOB = Principal.of(new CallerIdentity("123456789012", "arn:aws:iam::123456789012:user/bob", "AIDA1"));
    private static final Principal DEV =
            Principal.of(new CallerIdentity("123456789012", "arn:aws:sts::123456789012:assumed-role/Dev/s1", "AROA1:s1"));

    private final StubIam iam = new StubIam();

    @Test
    void readsInlineAttachedAndGroupPoliciesAndTheBoundaryOfAUser() throws Exception {
        user(iam);

        var policies = load(BOB);

        assertThat(policies.identity()).extracting(PolicyDocument::name).containsExactly("inline", "Managed", "ginline of group ops");
        assertThat(policies.boundary()).get().extracting(PolicyDocument::name).isEqualTo("Bound");
        assertThat(policies.gaps()).isEmpty();
        assertThat(policies.boundaryGap()).isEmpty();
        assertThat(policies.passing()).isFalse();
        var evaluator = new PolicyEvaluator(policies);
        assertThat(evaluator.decide("rds:StopDBInstance", DB).reason()).isEqualTo("allowed by statement 1 of policy inline");
        assertThat(evaluator.decide("rds:DeleteDBInstance", DB).reason()).isEqualTo("explicit deny in policy ginline of group ops");
        assertThat(evaluator.decide("s3:DeleteBucket", "arn:aws:s3:::b").reason()).isEqualTo("the permissions boundary Bound does not allow it");
        assertThat(iam.operations()).containsExactly("get-user", "list-user-policies", "get-user-policy", "list-attached-user-policies",
                "get-policy", "get-policy-version", "list-groups-for-user", "list-group-policies", "get-group-policy",
                "list-attached-group-policies", "get-policy", "get-policy-version");
        assertThat(iam.calls("get-policy-version")).extracting(call -> call.params().path("VersionId").asText()).containsExactly("v3", "v1");
        assertThat(iam.calls("get-user")).extracting(AwsCall::service, AwsCall::region)
                .containsExactly(tuple("iam", "us-east-1"));
    }

    @Test
    void readsTheRoleBehindASession() throws Exception {
        iam.on("get-role", "{'RoleName':'Dev'}", "{'Role':{'RoleName':'Dev','Arn':'arn:aws:iam::123456789012:role/team/Dev'}}");
        iam.on("list-role-policies", "{'RoleName':'Dev'}", "{'PolicyNames':['" + NASTY + "']}");
        iam.on("get-role-policy", "{'RoleName':'Dev','PolicyName':'" + NASTY + "'}", """
                {"RoleName":"Dev","PolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow\
                %22%2C%22Action%22%3A%22rds%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"}""");
        iam.on("list-attached-role-policies", "{'RoleName':'Dev'}", "{'AttachedPolicies':[]}");

        var policies = load(DEV);

        assertThat(policies.gaps()).isEmpty();
        assertThat(policies.boundaryGap()).isEmpty();
        assertThat(policies.context().value("aws:PrincipalArn")).contains("arn:aws:iam::123456789012:role/team/Dev");
        assertThat(new PolicyEvaluator(policies).decide("rds:StopDBInstance", DB).verdict()).isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void namesWhatCouldNotBeRead() throws Exception {
        user(iam, "list-group-policies", "get-user");
        iam.on("get-user-policy", "{'UserName':'bob','PolicyName':'inline'}", "{'PolicyDocument':{'Statement':[{'Effect':'Maybe'}]}}");
        iam.fail("list-group-policies", Problem.THROTTLED, "Throttling");
        iam.fail("get-user", Problem.ACCESS_DENIED, "AccessDenied");

        var policies = load(BOB);

        assertThat(policies.gaps()).hasSize(2);
        assertThat(policies.gaps().get(0)).startsWith("policy inline is not understood: ").contains("Effect");
        assertThat(policies.gaps().get(1)).isEqualTo("the inline policies of group ops could not be read (Throttling)");
        assertThat(policies.boundaryGap()).contains("whether user bob has a permissions boundary could not be read (AccessDenied)");
        assertThat(policies.identity()).extracting(PolicyDocument::name).containsExactly("Managed");
        assertThat(policies.passing()).isTrue();
    }

    @Test
    void saysThatTheBoundaryItselfCouldNotBeRead() throws Exception {
        user(iam, "get-policy");
        iam.on("get-policy", call -> {
            if (call.params().path("PolicyArn").asText().endsWith("/Bound")) {
                throw new AwsException(Problem.ACCESS_DENIED, "AccessDenied", "no", null);
            }
            return StubIam.json("{'Policy':{'DefaultVersionId':'v3'}}");
        });

        var policies = load(BOB);

        assertThat(policies.gaps()).isEmpty();
        assertThat(policies.boundary()).isEmpty();
        assertThat(policies.boundaryGap()).contains("policy Bound could not be read (AccessDenied)");
    }

    @Test
    void stopsAskingWhenAwsCannotBeReached() throws Exception {
        user(iam, "list-attached-user-policies");
        iam.fail("list-attached-user-policies", Problem.EXPIRED_TOKEN, "ExpiredToken");

        var policies = load(BOB);

        assertThat(policies.gaps()).singleElement().asString().contains("ExpiredToken");
        assertThat(policies.passing()).isTrue();
        assertThat(iam.operations()).endsWith("list-attached-user-policies");
        assertThat(new PolicyEvaluator(policies).decide("rds:StopDBInstance", DB).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private PrincipalPolicies load(Principal principal) throws InterruptedException {
        var calls = new IamCalls(iam, new IamCalls.Tempo(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO));
        return new PolicyLoader(calls, "p", principal).load(PrincipalEntity.read(calls, "p", principal));
    }

    /** Bob with an inline policy, a managed one, a group that also has the managed one, and a boundary. */
    static void user(StubIam iam, String... without) {
        var left = Set.of(without);
        String[][] answers = {
                { "get-user", USER, "{'User':{'Path':'/','UserName':'bob','UserId':'AIDA1','Arn':'arn:aws:iam::123456789012:user/bob',"
                        + "'PermissionsBoundary':{'PermissionsBoundaryType':'Policy','PermissionsBoundaryArn':'" + managed("Bound") + "'}}}" },
                { "list-user-policies", USER, "{'PolicyNames':['inline']}" },
                { "get-user-policy", "{'UserName':'bob','PolicyName':'inline'}",
                        "{'UserName':'bob','PolicyName':'inline','PolicyDocument':" + document("Allow", "rds:*") + "}" },
                { "list-attached-user-policies", USER, attached("Managed") },
                { "get-policy", "{'PolicyArn':'" + managed("Managed") + "'}", "{'Policy':{'PolicyName':'Managed','DefaultVersionId':'v3'}}" },
                { "get-policy-version", "{'PolicyArn':'" + managed("Managed") + "','VersionId':'v3'}",
                        "{'PolicyVersion':{'Document':" + document("Allow", "s3:*") + ",'VersionId':'v3','IsDefaultVersion':true}}" },
                { "list-groups-for-user", USER, "{'Groups':[{'Path':'/','GroupName':'ops','Arn':'arn:aws:iam::123456789012:group/ops'}]}" },
                { "list-group-policies", "{'GroupName':'ops'}", "{'PolicyNames':['ginline']}" },
                { "get-group-policy", "{'GroupName':'ops','PolicyName':'ginline'}",
                        "{'GroupName':'ops','PolicyName':'ginline','PolicyDocument':" + document("Deny", "rds:Delete*") + "}" },
                { "list-attached-group-policies", "{'GroupName':'ops'}", attached("Managed") },
                { "get-policy", "{'PolicyArn':'" + managed("Bound") + "'}", "{'Policy':{'PolicyName':'Bound','DefaultVersionId':'v1'}}" },
                { "get-policy-version", "{'PolicyArn':'" + managed("Bound") + "','VersionId':'v1'}",
                        "{'PolicyVersion':{'Document':" + document("Allow", "rds:*") + ",'VersionId':'v1','IsDefaultVersion':true}}" } };
        for (var answer : answers) {
            if (!left.contains(answer[0])) {
                iam.on(answer[0], answer[1], answer[2]);
            }
        }
    }

    private static String document(String effect, String action) {
        return "{'Version':'2012-10-17','Statement':[{'Effect':'" + effect + "','Action':'" + action + "','Resource':'*'}]}";
    }

    private static String attached(String name) {
        return "{'AttachedPolicies':[{'PolicyName':'" + name + "','PolicyArn':'" + managed(name) + "'}]}";
    }

    private static String managed(String name) {
        return "arn:aws:iam::123456789012:policy/" + name;
    }
}
