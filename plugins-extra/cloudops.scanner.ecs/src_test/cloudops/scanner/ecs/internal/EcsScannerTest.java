package cloudops.scanner.ecs.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class EcsScannerTest extends ScannerContract {

    EcsScannerTest() {
        super(new EcsScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'status':'ACTIVE','activeServicesCount':0| true | none",
        ",'status':'INACTIVE'| false | state is INACTIVE",
        ",'status':'ACTIVE','activeServicesCount':1,'runningTasksCount':5| false | it has services; it has tasks",
        ",'status':'ACTIVE','registeredContainerInstancesCount':1| false | it has container instances",
    })
    void deletesClustersThatAreEmpty(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'clusterName':'x','clusterArn':'arn:aws:x'" + members + "}";

        assertDeletable(judged("ecs_cluster", data, "ecs:DeleteCluster"), canDelete, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'status':'ACTIVE','desiredCount':0| true | none",
        ",'status':'ACTIVE','desiredCount':2| false | its desired count is 2; set it to 0 first",
        ",'status':'DRAINING','desiredCount':0| false | state is DRAINING",
        ",'status':'ACTIVE'| none | its desired count is not known",
        ",'status':'ACTIVE','desiredCount':1,'schedulingStrategy':'DAEMON'| none | the deletion of a daemon may have to be forced",
    })
    void deletesServicesOfWhichNoTaskIsWanted(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'serviceName':'x','serviceArn':'arn:aws:x','clusterArn':'arn:aws:c'" + members + "}";

        assertDeletable(judged("ecs_service", data, "ecs:DeleteService"), canDelete, reason);
    }
}
