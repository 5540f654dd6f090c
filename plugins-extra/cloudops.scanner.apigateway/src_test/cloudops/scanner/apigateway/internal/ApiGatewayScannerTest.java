package cloudops.scanner.apigateway.internal;

import org.junit.jupiter.api.Test;

import cloudops.scanner.contract.ScannerContract;

class ApiGatewayScannerTest extends ScannerContract {

    ApiGatewayScannerTest() {
        super(new ApiGatewayScanner());
    }

    @Test
    void apiIsDeletedByWhoeverMayUnlessApiGatewayManagesIt() throws Exception {
        assertDeletable(judged("apigateway_rest_api", "{'id':'x'}", "apigateway:DELETE"), true, null);
        assertDeletable(judged("apigateway_http_api", "{'ApiId':'x'}", "apigateway:DELETE"), true, null);
        assertDeletable(judged("apigateway_http_api", "{'ApiId':'x','ApiGatewayManaged':true}", "apigateway:DELETE"), false,
                "API Gateway manages it");
    }
}
