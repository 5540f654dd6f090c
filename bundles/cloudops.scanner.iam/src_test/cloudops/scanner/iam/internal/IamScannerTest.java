package cloudops.scanner.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

class IamScannerTest {

    private final IamScanner scanner = new IamScanner();
    private final TestContext context = new TestContext();
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void answer() throws Exception {
        var details = TestContext.read("details.json");
        context.answers.put("iam get-account-authorization-details", (params, region) -> {
            asked.add(params.toString());
            return details;
        });
    }

    @ParameterizedTest
    @CsvSource({"iam_user, users, User", "iam_group, groups, 'Group\",\"User'", "iam_role, roles, Role", "iam_policy, policies, LocalManagedPolicy"})
    void makesOfTheAnswerOfAwsWhatTheGoldenFileSays(String type, String file, String kinds) throws Exception {
        var resources = context.scanned(scanner, type(type));

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read(file + ".expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
        assertThat(asked).as("one call a type").containsExactly("{\"Filter\":[\"" + kinds + "\"]}");
    }

    @Test
    void everyTypeIsGlobal() {
        assertThat(scanner.resourceTypes()).hasSize(4).allMatch(ResourceType::global);
    }

    @Test
    void externalIdsAndPoliciesAreNotKept() throws Exception {
        assertThat(TestContext.read("details.json").toString()).contains("an external ID that is not kept");

        assertThat(context.scanned(scanner, Roles.TYPE).toString()).doesNotContain("external").doesNotContain("2012-10-17");
    }

    @Test
    void deniedListingFails() {
        context.answers.put("iam get-account-authorization-details", (params, region) -> {
            throw new ScanException(Category.AWS_CLI, "AccessDenied", false, "no", null);
        });

        for (var type : scanner.resourceTypes()) {
            assertThatThrownBy(() -> scanner.discover(type, context, new ArrayList<>()::add)).isInstanceOf(ScanException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"iam_user, UserName", "iam_group, GroupName", "iam_role, RoleName", "iam_policy, PolicyName"})
    void resourceWithoutNameIsRefused(String type, String member) throws Exception {
        var raw = raw(type, "{}");

        assertThatThrownBy(() -> scanner.transform(raw, context)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(member);
    }

    @Test
    void arnTellsTheNameWhereNothingElseDoes() throws Exception {
        var policy = scanner.transform(raw(Policies.NAME, "{'Arn':'arn:aws:iam::123456789012:policy/a/b/Operate'}"), context);

        assertThat(policy.identifier()).isEqualTo(policy.name()).isEqualTo("Operate");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "iam_user | {'UserName':'x'} | arn:aws-cn:iam::123456789012:user/x",
        "iam_group | {'GroupName':'x','Path':'/a/b/'} | arn:aws-cn:iam::123456789012:group/a/b/x",
        "iam_role | {'RoleName':'x'} | arn:aws-cn:iam::123456789012:role/x",
        "iam_policy | {'PolicyName':'x'} | arn:aws-cn:iam::123456789012:policy/x"})
    void arnsAreOfTheirPartitionWhereAwsGivesNone(String type, String json, String arn) throws Exception {
        context.partition = "aws-cn";

        var resource = scanner.transform(raw(type, json), context);

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
        var verdicts = judged(type, members, "iam:DeleteUser", "iam:DeleteGroup", "iam:DeleteRole", "iam:DeletePolicy");

        assertThat(verdicts.canDelete()).isEqualTo(canDelete);
        assertThat(verdicts.reasons().get("can_delete")).isEqualTo(reason);
        assertThat(verdicts.canStop()).isFalse();
        assertThat(judged(type, members).canDelete()).as("without a known permission").isNotEqualTo(true);
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
        var trust = Trust.of(Json.mapper().readTree(policy.replace('\'', '"')));

        assertThat(trust.everyone()).isEqualTo(everyone);
        assertThat(String.join(" ", trust.principals())).isEqualTo(principals);
    }

    private ResourceConstraints judged(String type, String members, String... granted) throws JsonProcessingException {
        var raw = raw(type, "{" + members + "}");
        var may = new IamPermissions(List.of(granted), List.of(), List.of(), null, PermissionSource.SIMULATED, null, Map.of());
        return scanner.constraints(raw, scanner.transform(raw, context), may);
    }

    private ResourceType type(String name) {
        return scanner.resourceTypes().stream().filter(type -> type.name().equals(name)).findFirst().orElseThrow();
    }

    private static RawResource raw(String type, String json) throws JsonProcessingException {
        return new RawResource(type, Json.mapper().readTree(json.replace('\'', '"')));
    }
}
