package cloudops.scanner.s3.internal;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** S3: buckets. One call lists those of all regions; all else takes calls a bucket. */
@Component(service = ServiceScanner.class)
public final class S3Scanner extends ServiceScannerOfTypes {

    public S3Scanner() {
        super("s3", new Buckets());
    }
}
