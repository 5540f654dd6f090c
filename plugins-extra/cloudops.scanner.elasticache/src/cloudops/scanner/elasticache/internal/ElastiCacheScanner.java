package cloudops.scanner.elasticache.internal;

import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;
import cloudops.scanner.spi.Verdicts;

/** ElastiCache: clusters, those that are nodes of replication groups among them, and replication groups. */
@Component(service = ServiceScanner.class)
public final class ElastiCacheScanner extends ServiceScannerOfTypes {

    public ElastiCacheScanner() {
        super("elasticache", new CacheClusters(), new ReplicationGroups());
    }

    /** Adds the tags of what has an ARN. */
    static RawResource tagged(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var request = object().put("ResourceName", required(raw.data(), "ARN"));
        return new Details(raw, context).add("tags", "elasticache", "list-tags-for-resource", request).described();
    }

    /** Whether the service itself keeps backups of {@code data}. */
    static Verdicts withBackups(Verdicts verdicts, JsonNode data) {
        var days = number(data, "SnapshotRetentionLimit");
        return verdicts.hasBackups(days == null ? null : days > 0,
                days == null ? "the backup retention is not known" : days > 0 ? null : "automated backups are off");
    }
}
