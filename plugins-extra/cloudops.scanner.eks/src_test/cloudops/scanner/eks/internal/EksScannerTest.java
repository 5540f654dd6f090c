package cloudops.scanner.eks.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class EksScannerTest extends ScannerContract {

    EksScannerTest() {
        super(new EksScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'cluster':{'status':'ACTIVE'},'nodegroups':[]| none | whether it has Fargate profiles is not known",
        "'cluster':{'status':'ACTIVE'}| none | whether it has node groups or Fargate profiles is not known",
        "'cluster':{'status':'ACTIVE'},'nodegroups':['b','a']| false | node groups: a, b",
        "'cluster':{'status':'ACTIVE','deletionProtection':true},'nodegroups':[]| false | deletion protection is on",
        "'cluster':{'status':'UPDATING'},'nodegroups':[]| false | state is UPDATING",
    })
    void deletesClustersWithoutNodeGroups(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'name':'x'," + members + "}";

        assertDeletable(judged("eks_cluster", data, "eks:DeleteCluster"), canDelete, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'status':'DEGRADED'| true | none",
        "'status':'UPDATING'| false | state is UPDATING",
        "'Other':1| none | the state is not known",
    })
    void deletesNodeGroupsAtRest(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'clusterName':'c','nodegroupName':'x','nodegroup':{" + members + "}}";

        assertDeletable(judged("eks_node_group", data, "eks:DeleteNodegroup"), canDelete, reason);
    }
}
