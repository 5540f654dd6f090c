package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Answers in the shape of {@code aws iam simulate-principal-policy}. */
class SimulationAnswerTest {

    private static final String A = "arn:aws:rds:us-west-2:123456789012:db:a";
    private static final String B = "arn:aws:rds:us-west-2:123456789012:db:b";

    @Test
    void takesTheDecisionForEachResource() {
        var answer = answer("""
                {'EvalActionName':'rds:StopDBInstance','EvalResourceName':'%s','EvalDecision':'implicitDeny','MatchedStatements':[],
                 'MissingContextValues':[],'OrganizationsDecisionDetail':{'AllowedByOrganizations':true},'ResourceSpecificResults':[
                  {'EvalResourceName':'%s','EvalResourceDecision':'allowed','MissingContextValues':[],'MatchedStatements':[
                    {'SourcePolicyId':'user_bob_operate','SourcePolicyType':'IAM Policy',
                     'StartPosition':{'Line':1,'Column':3},'EndPosition':{'Line':9,'Column':4}}]},
                  {'EvalResourceName':'%s','EvalResourceDecision':'explicitDeny','MissingContextValues':['aws:SourceIp'],
                   'MatchedStatements':[{'SourcePolicyId':'Protect','SourcePolicyType':'IAM Policy'}]}]}""".formatted(A, A, B));

        assertThat(answer.decision("RDS:stopdbinstance", A).decision()).isEqualTo(Decision.allowed("allowed by policy user_bob_operate"));
        assertThat(answer.decision("rds:StopDBInstance", A).missingKeys()).isEmpty();
        assertThat(answer.decision("rds:StopDBInstance", B).decision()).isEqualTo(Decision.denied("explicit deny in policy Protect"));
        assertThat(answer.decision("rds:StopDBInstance", B).missingKeys()).containsExactly("aws:SourceIp");
        assertThat(answer.decision("rds:StartDBInstance", A).decision().reason()).startsWith("unknown: ");
        assertThat(answer.decision("rds:StopDBInstance", A + "x").decision().reason()).startsWith("unknown: ");
    }

    @Test
    void takesOneResultAResourceToo() {
        var answer = answer("{'EvalActionName':'rds:StopDBInstance','EvalResourceName':'" + A + "','EvalDecision':'allowed'},"
                + "{'EvalActionName':'rds:StopDBInstance','EvalResourceName':'" + B + "','EvalDecision':'implicitDeny'}");

        assertThat(answer.decision("rds:StopDBInstance", A).decision()).isEqualTo(Decision.allowed("allowed by policy"));
        assertThat(answer.decision("rds:StopDBInstance", B).decision()).isEqualTo(Decision.denied("no policy allows it"));
    }

    @Test
    void doesNotTakeAnImplicitDenialOfAllResourcesForOneOfEach() {
        var answer = answer("{'EvalActionName':'a:Allowed','EvalResourceName':'*','EvalDecision':'allowed'},"
                + "{'EvalActionName':'a:Denied','EvalResourceName':'*','EvalDecision':'explicitDeny'},"
                + "{'EvalActionName':'a:Implicit','EvalResourceName':'*','EvalDecision':'implicitDeny'},"
                + "{'EvalActionName':'a:New','EvalResourceName':'*','EvalDecision':'perhaps'}");

        assertThat(answer.decision("a:Allowed", A).decision().verdict()).hasToString("ALLOWED");
        assertThat(answer.decision("a:Denied", A).decision().verdict()).hasToString("DENIED");
        assertThat(answer.decision("a:Implicit", A).decision().verdict()).hasToString("UNKNOWN");
        assertThat(answer.decision("a:New", A).decision().reason()).isEqualTo("unknown: the simulation's decision is not known here: perhaps");
    }

    @Test
    void namesOrganizationAndBoundary() {
        var answer = answer("{'EvalActionName':'a:Org','EvalResourceName':'" + A + "','EvalDecision':'allowed',"
                + "'OrganizationsDecisionDetail':{'AllowedByOrganizations':false}},"
                + "{'EvalActionName':'a:Bound','EvalResourceName':'" + A + "','EvalDecision':'implicitDeny',"
                + "'PermissionsBoundaryDecisionDetail':{'AllowedByPermissionsBoundary':false}}");

        assertThat(answer.decision("a:Org", A).decision())
                .isEqualTo(Decision.denied("a service control policy of the organization denies it"));
        assertThat(answer.decision("a:Bound", A).decision()).isEqualTo(Decision.denied("the permissions boundary does not allow it"));
    }

    @Test
    void staysCautiousWhereAwsAnswersTwice() {
        var answer = answer("{'EvalActionName':'ec2:RunInstances','EvalResourceName':'" + A + "','EvalDecision':'implicitDeny'},"
                + "{'EvalActionName':'ec2:RunInstances','EvalResourceName':'" + A + "','EvalDecision':'allowed'}");

        assertThat(answer.decision("ec2:RunInstances", A).decision().verdict()).hasToString("DENIED");
    }

    private static SimulationAnswer answer(String results) {
        return new SimulationAnswer(StubIam.json("{'EvaluationResults':[" + results + "],'IsTruncated':false}"));
    }
}
