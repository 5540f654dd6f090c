package cloudops.scanner.rds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.json.Json;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class RdsScannerTest extends ScannerContract {

    private static final RdsScanner SCANNER = new RdsScanner();

    RdsScannerTest() {
        super(SCANNER);
    }

    @ParameterizedTest
    @CsvSource({"rds_instance, DBInstanceIdentifier, db", "rds_cluster, DBClusterIdentifier, cluster",
        "rds_snapshot, DBSnapshotIdentifier, snapshot", "rds_cluster_snapshot, DBClusterSnapshotIdentifier, cluster-snapshot"})
    void arnsAreOfTheirPartitionWhereAwsGivesNone(String type, String member, String kind) throws Exception {
        var raw = raw(type, "{'" + member + "':'x'}");

        assertThat(SCANNER.transform(raw, new AnsweredAccount("aws-cn")).arn()).isEqualTo("arn:aws-cn:rds:us-west-2:123456789012:" + kind + ":x");
    }

    @Test
    void theLatestRestorableTimeTellsNothing() throws Exception {
        var listed = Json.mapper().readTree("{\"DBInstanceIdentifier\": \"x\", \"LatestRestorableTime\": \"2026-01-01T10:25:00Z\"}");

        assertThat(SCANNER.lasting(new RawResource("rds_instance", listed))).hasToString("{\"DBInstanceIdentifier\":\"x\"}");
        assertThat(listed.has("LatestRestorableTime")).as("the listing is left as it is").isTrue();
        assertThat(SCANNER.lasting(new RawResource("rds_instance", Json.mapper().readTree("[]")))).hasToString("[]");
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
        var verdicts = instance(members, "rds:StopDBInstance");

        assertThat(verdicts.canStop()).isEqualTo(canStop);
        assertThat(verdicts.reasons().get("can_stop")).isEqualTo(reason);
    }

    @Test
    void startsWhatIsStopped() throws Exception {
        assertThat(instance("'DBInstanceStatus':'stopped'", "rds:StartDBInstance").canStart()).isTrue();
        assertThat(instance("'DBInstanceStatus':'starting'", "rds:StartDBInstance").canStart()).isFalse();
    }

    @Test
    void deletesWhatIsNotProtected() throws Exception {
        assertThat(instance("'DBInstanceStatus':'failed','DeletionProtection':false", "rds:DeleteDBInstance").canDelete()).isTrue();
        var protectedOne = instance("'DBInstanceStatus':'available','DeletionProtection':true", "rds:DeleteDBInstance");
        assertThat(protectedOne.canDelete()).isFalse();
        assertThat(protectedOne.reasons()).containsEntry("can_delete", "deletion protection is on");
        assertThat(instance("'DBInstanceStatus':'available'").canDelete()).isNull();
        assertDeletable(instance("'DBInstanceStatus':'available','Engine':'aurora-mysql','DBClusterIdentifier':'c'", "rds:DeleteDBInstance"), true, null);
        assertDeletable(instance("'DBInstanceStatus':'available','Engine':'mysql','DBClusterIdentifier':'c'", "rds:DeleteDBInstance"), null,
                "whether it can be deleted without its Multi-AZ cluster c is not known");
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
        var verdicts = judged("rds_cluster", "{'DBClusterIdentifier':'x'," + members + "}", "rds:StopDBCluster");

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
        assertDeletable(judged("rds_cluster", "{'DBClusterIdentifier':'x'," + members + "}", "rds:DeleteDBCluster"), canDelete, reason);
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
        var ofInstance = judged("rds_snapshot", "{'DBSnapshotIdentifier':'x'," + members + "}", "rds:DeleteDBSnapshot");
        var ofCluster = judged("rds_cluster_snapshot", "{'DBClusterSnapshotIdentifier':'x'," + members + "}", "rds:DeleteDBClusterSnapshot");

        for (var verdicts : List.of(ofInstance, ofCluster)) {
            assertDeletable(verdicts, canDelete, reason);
        }
    }

    private ResourceConstraints instance(String members, String... allowed) throws IOException {
        return judged("rds_instance", "{'DBInstanceIdentifier':'x'," + members + "}", allowed);
    }
}
