package example.scanner.ecr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;

import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class EcrScannerTest {

    private final EcrScanner scanner = new EcrScanner();

    @Test
    void readsWhatAwsAnswers() throws Exception {
        var aws = account("""
                {"repositories": [{"repositoryArn": "arn:aws:ecr:eu-west-1:123456789012:repository/shop/web", "repositoryName": "shop/web",
                 "repositoryUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web", "somethingNew": {}}]}""");
        var found = new ArrayList<RawResource>();
        scanner.discover(scanner.resourceTypes().get(0), aws, found::add);
        var resource = scanner.transform(found.get(0), aws);
        assertEquals("shop/web", resource.name());
        assertEquals(Map.of("uri", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web"), resource.metadata());
        assertEquals(List.of("a repository does not run"),
                List.of(scanner.constraints(found.get(0), resource, resource.iam()).reasons().get("can_stop")));
    }

    @Test
    void whatHasNoNameIsNoRepository() throws Exception {
        var nameless = new RawResource("ecr_repository", new ObjectMapper().readTree("{\"repositoryArn\": \"arn\"}"));
        assertThrows(IllegalArgumentException.class, () -> scanner.transform(nameless, account("{}")));
    }

    /** An account in which every call is answered with this. */
    private static ScanContext account(String json) {
        return (ScanContext) Proxy.newProxyInstance(ScanContext.class.getClassLoader(), new Class<?>[] { ScanContext.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "call" -> new ObjectMapper().readTree(json);
                    case "startedAt" -> Instant.EPOCH;
                    default -> "eu-west-1";
                });
    }
}
