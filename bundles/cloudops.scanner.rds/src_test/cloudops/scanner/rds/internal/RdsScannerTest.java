package cloudops.scanner.rds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

class RdsScannerTest {

    private final RdsScanner scanner = new RdsScanner();
    private final TestContext context = new TestContext();

    @BeforeEach
    void answer() throws Exception {
        for (var listing : List.of("db-instances", "db-clusters", "db-snapshots", "db-cluster-snapshots")) {
            var answer = TestContext.read(listing + ".json");
            context.answers.put("rds describe-" + listing, (params, region) -> answer);
        }
    }

    @ParameterizedTest
    @CsvSource({"rds_instance, db-instances", "rds_cluster, db-clusters", "rds_snapshot, db-snapshots",
        "rds_cluster_snapshot, db-cluster-snapshots"})
    void makesOfTheAnswerOfAwsWhatTheGoldenFileSays(String type, String file) throws Exception {
        var resources = context.scanned(scanner, type(type));

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read(file + ".expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"rds_instance, DBInstanceIdentifier", "rds_cluster, DBClusterIdentifier", "rds_snapshot, DBSnapshotIdentifier",
        "rds_cluster_snapshot, DBClusterSnapshotIdentifier"})
    void resourceWithoutIdentifierIsRefused(String type, String member) throws Exception {
        var raw = new RawResource(type, Json.mapper().readTree("{}"));

        assertThatThrownBy(() -> scanner.transform(raw, context)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(member);
    }

    @ParameterizedTest
    @CsvSource({"rds_instance, DBInstanceIdentifier, db", "rds_cluster, DBClusterIdentifier, cluster",
        "rds_snapshot, DBSnapshotIdentifier, snapshot", "rds_cluster_snapshot, DBClusterSnapshotIdentifier, cluster-snapshot"})
    void arnsAreOfTheirPartitionWhereAwsGivesNone(String type, String member, String kind) throws Exception {
        context.partition = "aws-cn";
        var raw = new RawResource(type, Json.mapper().readTree("{\"" + member + "\": \"x\"}"));

        assertThat(scanner.transform(raw, context).arn()).isEqualTo("arn:aws-cn:rds:us-west-2:123456789012:" + kind + ":x");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'Status':'available','Engine':'aurora-mysql'| true | none",
        "'Status':'stopped','Engine':'aurora-mysql'| false | state is stopped",
        "'Status':'available'| none | the engine is not known",
        "'Status':'available','Engine':'aurora','EngineMode':'serverless'| false | Aurora Serverless v1 cannot be stopped",
        "'Status':'available','Engine':'aurora','EngineMode':'provisioned'| true | none",
        "'Status':'available','Engine':'aurora-mysql','GlobalClusterIdentifier':'g'| false | it is part of the global database g",
        "'Status':'available','Engine':'aurora-mysql','ReadReplicaIdentifiers':['r']| false | it has read replicas",
        "'Status':'available','Engine':'aurora-mysql','ReplicationSourceIdentifier':'s'| none | it is a read replica",
        "'Status':'available','Engine':'mysql'| false | a Multi-AZ cluster of mysql cannot be stopped",
        "'Status':'available','Engine':'neptune'| none | clusters of neptune have rules of their own",
    })
    void stopsClustersThatAwsStops(String members, Boolean canStop, String reason) throws Exception {
        var verdicts = judged(DbClusters.NAME, "'DBClusterIdentifier':'x'," + members, granted("rds:StopDBCluster"));

        assertThat(verdicts.canStop()).isEqualTo(canStop);
        assertThat(verdicts.reasons().get("can_stop")).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'Status':'stopped','Engine':'aurora','DeletionProtection':false| true | none",
        "'Status':'available','Engine':'aurora','DeletionProtection':true| false | deletion protection is on",
        "'Status':'available','Engine':'aurora','DBClusterMembers':[{'DBInstanceIdentifier':'i'}]| false | to be deleted first, its instances: i",
        "'Status':'available','Engine':'postgres','DBClusterMembers':[{'DBInstanceIdentifier':'i'}]| true | none",
        "'Status':'available','Engine':'aurora','GlobalClusterIdentifier':'g'| false | it is part of the global database g",
        "'Status':'deleting','Engine':'aurora'| false | state is deleting",
        "'Engine':'aurora'| none | the state is not known",
    })
    void deletesClustersThatNothingKeeps(String members, Boolean canDelete, String reason) throws Exception {
        var verdicts = judged(DbClusters.NAME, "'DBClusterIdentifier':'x'," + members, granted("rds:DeleteDBCluster"));

        assertThat(verdicts.canDelete()).isEqualTo(canDelete);
        assertThat(verdicts.reasons().get("can_delete")).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'Status':'available','SnapshotType':'manual'| true | none",
        "'Status':'available','SnapshotType':'automated'| false | it is automated, and goes when its retention ends",
        "'Status':'available','SnapshotType':'awsbackup'| false | AWS Backup manages it",
        "'Status':'available','SnapshotType':'new'| none | snapshots of type new have rules of their own",
        "'Status':'available'| none | whether it is automated is not known",
        "'Status':'creating','SnapshotType':'manual'| false | state is creating",
    })
    void deletesManualSnapshotsThatAreAvailable(String members, Boolean canDelete, String reason) throws Exception {
        var ofInstance = judged("rds_snapshot", "'DBSnapshotIdentifier':'x'," + members, granted("rds:DeleteDBSnapshot"));
        var ofCluster = judged("rds_cluster_snapshot", "'DBClusterSnapshotIdentifier':'x'," + members, granted("rds:DeleteDBClusterSnapshot"));

        for (var verdicts : List.of(ofInstance, ofCluster)) {
            assertThat(verdicts.canDelete()).isEqualTo(canDelete);
            assertThat(verdicts.reasons().get("can_delete")).isEqualTo(reason);
        }
    }

    private ResourceConstraints judged(String members, IamPermissions permissions) throws JsonProcessingException {
        return judged(DbInstances.NAME, "'DBInstanceIdentifier':'x'," + members, permissions);
    }

    private ResourceConstraints judged(String type, String members, IamPermissions permissions) throws JsonProcessingException {
        var raw = new RawResource(type, Json.mapper().readTree(("{" + members + "}").replace('\'', '"')));
        return scanner.constraints(raw, scanner.transform(raw, context), permissions);
    }

    private ResourceType type(String name) {
        return scanner.resourceTypes().stream().filter(type -> type.name().equals(name)).findFirst().orElseThrow();
    }

    private static IamPermissions granted(String... actions) {
        return new IamPermissions(List.of(actions), List.of(), List.of(), null, PermissionSource.SIMULATED, null, Map.of());
    }
}
