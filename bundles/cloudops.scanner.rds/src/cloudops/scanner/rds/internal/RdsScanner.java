package cloudops.scanner.rds.internal;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** RDS: database instances, those of Aurora clusters among them, clusters, and the snapshots of both. */
@Component(service = ServiceScanner.class)
public final class RdsScanner extends ServiceScannerOfTypes {

    public RdsScanner() {
        super("rds", new DbInstances(), new DbClusters(), Snapshots.OF_INSTANCES, Snapshots.OF_CLUSTERS);
    }

    /** Without the latest restorable time, which goes on every five minutes. */
    @Override
    public JsonNode lasting(RawResource listed) {
        return listed.data() instanceof ObjectNode fields ? fields.deepCopy().without("LatestRestorableTime") : listed.data();
    }
}
