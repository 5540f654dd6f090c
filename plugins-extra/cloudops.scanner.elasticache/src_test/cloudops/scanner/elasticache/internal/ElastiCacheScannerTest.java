package cloudops.scanner.elasticache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class ElastiCacheScannerTest extends ScannerContract {

    ElastiCacheScannerTest() {
        super(new ElastiCacheScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'CacheClusterStatus':'available'| true | none",
        ",'CacheClusterStatus':'modifying'| false | state is modifying",
        ",'CacheClusterStatus':'available','ReplicationGroupId':'g'| none | it depends on its place in the replication group g",
    })
    void deletesClustersThatStandAlone(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'CacheClusterId':'x','ARN':'arn:aws:x'" + members + "}";

        assertDeletable(judged("elasticache_cluster", data, "elasticache:DeleteCacheCluster"), canDelete, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'Status':'available'| true | none",
        ",'Status':'snapshotting'| false | state is snapshotting",
        ",'Status':'available','GlobalReplicationGroupInfo':{'GlobalReplicationGroupId':'d'}| false | it belongs to the global datastore d",
    })
    void deletesReplicationGroupsThatAreInNoGlobalDatastore(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'ReplicationGroupId':'x','ARN':'arn:aws:x'" + members + "}";

        assertDeletable(judged("elasticache_replication_group", data, "elasticache:DeleteReplicationGroup"), canDelete, reason);
    }

    @Test
    void backupsAreTheAutomatedOnes() throws Exception {
        var cluster = "{'CacheClusterId':'x','ARN':'arn:aws:x'";

        assertThat(judged("elasticache_cluster", cluster + ",'SnapshotRetentionLimit':7}").hasBackups()).isTrue();
        assertThat(judged("elasticache_cluster", cluster + ",'SnapshotRetentionLimit':0}").hasBackups()).isFalse();
        assertThat(judged("elasticache_cluster", cluster + "}").hasBackups()).isNull();
    }
}
