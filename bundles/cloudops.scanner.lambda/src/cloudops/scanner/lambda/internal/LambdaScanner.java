package cloudops.scanner.lambda.internal;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** Lambda: functions, their aliases, and layers. One call lists functions or layers; tags take a call a function, as do aliases. */
@Component(service = ServiceScanner.class)
public final class LambdaScanner extends ServiceScannerOfTypes {

    public LambdaScanner() {
        super("lambda", new Functions(), new Aliases(), new Layers());
    }
}
