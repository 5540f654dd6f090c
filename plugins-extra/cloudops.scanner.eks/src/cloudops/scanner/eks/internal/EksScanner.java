package cloudops.scanner.eks.internal;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** EKS: clusters and managed node groups. */
@Component(service = ServiceScanner.class)
public final class EksScanner extends ServiceScannerOfTypes {

    public EksScanner() {
        super("eks", new Clusters(), new NodeGroups());
    }
}
