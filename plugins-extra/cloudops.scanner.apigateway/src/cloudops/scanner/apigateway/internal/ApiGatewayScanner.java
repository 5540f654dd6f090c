package cloudops.scanner.apigateway.internal;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** API Gateway: REST APIs, and the HTTP and WebSocket APIs of its second version. */
@Component(service = ServiceScanner.class)
public final class ApiGatewayScanner extends ServiceScannerOfTypes {

    public ApiGatewayScanner() {
        super("apigateway", new RestApis(), new HttpApis());
    }
}
