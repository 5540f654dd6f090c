package cloudops.scanner.rds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class RdsScannerTest {

    private final RdsScanner scanner = new RdsScanner();
    private final TestContext context = new TestContext();

    @Test
    void makesOfTheAnswerOfAwsWhatTheGoldenFileSays() throws Exception {
        var answer = TestContext.read("db-instances.json");
        context.answers.put("rds describe-db-instances", (params, region) -> answer);

        var resources = context.scanned(scanner, DbInstances.TYPE);

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read("db-instances.expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
    }

    @Test
    void instanceWithoutIdentifierIsRefused() throws Exception {
        var raw = new RawResource(DbInstances.NAME, Json.mapper().readTree("{}"));

        assertThatThrownBy(() -> scanner.transform(raw, context)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DBInstanceIdentifier");
    }

    @Test
    void arnsAreOfTheirPartitionWhereAwsGivesNone() throws Exception {
        context.partition = "aws-cn";
        var raw = new RawResource(DbInstances.NAME, Json.mapper().readTree("{\"DBInstanceIdentifier\": \"x\"}"));

        assertThat(scanner.transform(raw, context).arn()).isEqualTo("arn:aws-cn:rds:us-west-2:123456789012:db:x");
    }

    @Test
    void theLatestRestorableTimeTellsNothing() throws Exception {
        var listed = Json.mapper().readTree("{\"DBInstanceIdentifier\": \"x\", \"LatestRestorableTime\": \"2026-01-01T10:25:00Z\"}");

        assertThat(scanner.lasting(new RawResource(DbInstances.NAME, listed))).hasToString("{\"DBInstanceIdentifier\":\"x\"}");
        assertThat(listed.has("LatestRestorableTime")).as("the listing is left as it is").isTrue();
        assertThat(scanner.lasting(new RawResource(DbInstances.NAME, Json.mapper().readTree("[]")))).hasToString("[]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'DBInstanceStatus':'available'| true | none",
        "'DBInstanceStatus':'stopped'| false | state is stopped",
        "'DBInstanceStatus':'modifying'| false | state is modifying",
        "'Engine':'postgres'| none | the state is not known",
        "'DBInstanceStatus':'available','ReadReplicaSourceDBInstanceIdentifier':'a'| false | it is a read replica",
        "'DBInstanceStatus':'available','ReadReplicaDBInstanceIdentifiers':['b']| false | it has read replicas",
        "'DBInstanceStatus':'available','ReadReplicaDBClusterIdentifiers':['c']| false | it has read replicas",
        "'DBInstanceStatus':'available','DBClusterIdentifier':'c'| false | it is stopped and started with its cluster c",
        "'DBInstanceStatus':'available','Engine':'sqlserver-se','MultiAZ':true| false | SQL Server in Multi-AZ cannot be stopped",
        "'DBInstanceStatus':'available','Engine':'sqlserver-se','MultiAZ':false| true | none",
        "'DBInstanceStatus':'available','Engine':'postgres','MultiAZ':true| true | none",
        "'DBInstanceStatus':'available','Engine':'custom-oracle-ee'| none | RDS Custom has rules of its own",
    })
    void stopsWhatAwsStops(String members, Boolean canStop, String reason) throws Exception {
        var verdicts = judged(members, granted("rds:StopDBInstance"));

        assertThat(verdicts.canStop()).isEqualTo(canStop);
        assertThat(verdicts.reasons().get("can_stop")).isEqualTo(reason);
    }

    @Test
    void startsWhatIsStopped() throws Exception {
        assertThat(judged("'DBInstanceStatus':'stopped'", granted("rds:StartDBInstance")).canStart()).isTrue();
        assertThat(judged("'DBInstanceStatus':'starting'", granted("rds:StartDBInstance")).canStart()).isFalse();
    }

    @Test
    void deletesWhatIsNotProtected() throws Exception {
        var may = granted("rds:DeleteDBInstance");
        assertThat(judged("'DBInstanceStatus':'failed','DeletionProtection':false", may).canDelete()).isTrue();
        var protectedOne = judged("'DBInstanceStatus':'available','DeletionProtection':true", may);
        assertThat(protectedOne.canDelete()).isFalse();
        assertThat(protectedOne.reasons()).containsEntry("can_delete", "deletion protection is on");
        assertThat(judged("'DBInstanceStatus':'available'", granted()).canDelete()).isNull();
    }

    private ResourceConstraints judged(String members, IamPermissions permissions) throws JsonProcessingException {
        var data = Json.mapper().readTree(("{'DBInstanceIdentifier':'x'," + members + "}").replace('\'', '"'));
        var raw = new RawResource(DbInstances.NAME, data);
        return scanner.constraints(raw, scanner.transform(raw, context), permissions);
    }

    private static IamPermissions granted(String... actions) {
        return new IamPermissions(List.of(actions), List.of(), List.of(), null, PermissionSource.SIMULATED, null, Map.of());
    }
}
