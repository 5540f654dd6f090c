package cloudops.scanner.efs.internal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class EfsScannerTest extends ScannerContract {

    EfsScannerTest() {
        super(new EfsScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'LifeCycleState':'available','NumberOfMountTargets':0| true | none",
        ",'LifeCycleState':'available','NumberOfMountTargets':2| false | it has mount targets: 2",
        ",'LifeCycleState':'available'| none | whether it has mount targets is not known",
        ",'LifeCycleState':'deleting','NumberOfMountTargets':0| false | state is deleting",
    })
    void deletesWhatIsMountedNowhere(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'FileSystemId':'x'" + members + "}";

        assertDeletable(judged("efs_file_system", data, "elasticfilesystem:DeleteFileSystem"), canDelete, reason);
    }

    @Test
    void destinationOfAReplicationIsNotDeleted() throws Exception {
        var data = "{'FileSystemId':'x','LifeCycleState':'available','NumberOfMountTargets':0,"
                + "'FileSystemProtection':{'ReplicationOverwriteProtection':'REPLICATING'}}";

        assertDeletable(judged("efs_file_system", data, "elasticfilesystem:DeleteFileSystem"), false,
                "it is the destination of a replication");
    }
}
