package cloudops.scanner.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

class IamScannerTest extends ScannerContract {

    private static final IamScanner SCANNER = new IamScanner();

    IamScannerTest() {
        super(SCANNER);
    }

    @Test
    void everyTypeIsGlobal() {
        assertThat(SCANNER.resourceTypes()).hasSize(4).allMatch(ResourceType::global);
    }

    @Test
    void externalIdsAndPoliciesAreNotKept() throws Exception {
        var role = raw("iam_role", """
                {'RoleName':'x','RolePolicyList':[{'PolicyName':'p','PolicyDocument':{'Version':'2012-10-17'}}],
                 'AssumeRolePolicyDocument':{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Principal':{'AWS':'111111111111'},
                  'Action':'sts:AssumeRole','Condition':{'StringEquals':{'sts:ExternalId':'secret'}}}]}}""");

        assertThat(SCANNER.transform(role, new AnsweredAccount("aws")).toString()).contains("111111111111").doesNotContain("secret")
                .doesNotContain("2012-10-17");
    }

    @Test
    void arnTellsTheNameWhereNothingElseDoes() throws Exception {
        var policy = SCANNER.transform(raw("iam_policy", "{'Arn':'arn:aws:iam::123456789012:policy/a/b/Operate'}"), new AnsweredAccount("aws"));

        assertThat(policy.identifier()).isEqualTo(policy.name()).isEqualTo("Operate");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "iam_user | {'UserName':'x'} | arn:aws-cn:iam::123456789012:user/x",
        "iam_group | {'GroupName':'x','Path':'/a/b/'} | arn:aws-cn:iam::123456789012:group/a/b/x",
        "iam_role | {'RoleName':'x'} | arn:aws-cn:iam::123456789012:role/x",
        "iam_policy | {'PolicyName':'x'} | arn:aws-cn:iam::123456789012:policy/x"})
    void arnsAreOfTheirPartitionWhereAwsGivesNone(String type, String json, String arn) throws Exception {
        var resource = SCANNER.transform(raw(type, json), new AnsweredAccount("aws-cn"));

        assertThat(resource.arn()).isEqualTo(arn);
        assertThat(resource.region()).isEqualTo("aws-global");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "iam_user | 'UserName':'x' | none | whether it has a password, keys, certificates or MFA devices, to be removed first, is not scanned",
        "iam_user | 'UserName':'x','GroupList':['g'] | false | to be taken out of groups first: g",
        "iam_user | 'UserName':'x','UserPolicyList':[{'PolicyName':'p'}] | false | to be removed first: 1 inline policy",
        "iam_group | 'GroupName':'x' | true | none",
        "iam_group | 'GroupName':'x','Members':['a','b'] | false | to be removed first: 2 members",
        "iam_group | 'GroupName':'x','AttachedManagedPolicies':[{'PolicyArn':'a'},{'PolicyArn':'b'}],'GroupPolicyList':[{'PolicyName':'p'}] "
                + "| false | to be removed first: 2 attached policies and 1 inline policy",
        "iam_role | 'RoleName':'x','Path':'/' | true | none",
        "iam_role | 'RoleName':'x','Path':'/aws-service-role/rds.amazonaws.com/' | false | it is linked to a service, which alone lets it go",
        "iam_role | 'RoleName':'x','Path':'/aws-reserved/sso.amazonaws.com/' | false | it is reserved: AWS manages it",
        "iam_role | 'RoleName':'x','InstanceProfileList':[{'InstanceProfileName':'w'}] | false | to be taken out first of instance profiles: w",
        "iam_policy | 'PolicyName':'x','AttachmentCount':0,'PermissionsBoundaryUsageCount':0,'PolicyVersionList':[{}] | true | none",
        "iam_policy | 'PolicyName':'x','AttachmentCount':2,'PermissionsBoundaryUsageCount':0,'PolicyVersionList':[{}] | false "
                + "| to be detached first from users, groups and roles: 2",
        "iam_policy | 'PolicyName':'x','AttachmentCount':0,'PermissionsBoundaryUsageCount':3,'PolicyVersionList':[{}] | false "
                + "| to be taken away first as the permissions boundary of users and roles: 3",
        "iam_policy | 'PolicyName':'x','AttachmentCount':0,'PermissionsBoundaryUsageCount':0,'PolicyVersionList':[{},{}] | false "
                + "| to be deleted first, versions other than the default one: 1",
        "iam_policy | 'PolicyName':'x','AttachmentCount':0,'PermissionsBoundaryUsageCount':0 | none | its versions are not known",
        "iam_policy | 'PolicyName':'x','PermissionsBoundaryUsageCount':0,'PolicyVersionList':[{}] | none | how often it is used is not known",
        "iam_policy | 'PolicyName':'x','Arn':'arn:aws:iam::aws:policy/x','AttachmentCount':0,'PermissionsBoundaryUsageCount':0,'PolicyVersionList':[{}] "
                + "| false | AWS manages it"})
    void deletesWhatNothingHolds(String type, String members, Boolean canDelete, String reason) throws Exception {
        var data = "{" + members + "}";
        var verdicts = judged(type, data, "iam:DeleteUser", "iam:DeleteGroup", "iam:DeleteRole", "iam:DeletePolicy");

        assertDeletable(verdicts, canDelete, reason);
        assertThat(verdicts.canStop()).isFalse();
        assertThat(judged(type, data).canDelete()).as("without a known permission").isNotEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':'*'}}} | true | ``",
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':['*','111111111111']}}} | true | 111111111111",
        "{'Statement':{'Effect':'Allow','NotPrincipal':{'AWS':'111111111111'}}} | true | ``",
        "{'Statement':{'Effect':'Deny','Principal':'*'}} | false | ``",
        "{'Statement':[{'Effect':'Allow','Principal':{'Service':['b.amazonaws.com',7,'a.amazonaws.com']}},'nonsense']} | false "
                + "| a.amazonaws.com b.amazonaws.com",
        "{} | false | ``", "[] | false | ``", "'text' | false | ``", "null | false | ``"})
    void trustIsReadWhateverItsForm(String policy, boolean everyone, String principals) throws Exception {
        var trust = Trust.of(raw("iam_role", policy).data());

        assertThat(trust.everyone()).isEqualTo(everyone);
        assertThat(String.join(" ", trust.principals())).isEqualTo(principals);
    }
}
