package cloudops.plugins.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.util.tracker.ServiceTracker;

import cloudops.scanner.spi.ServiceScanner;

/** IAM answers a question about an action that it does not know as if it were denied; so none may be misspelt. */
class ActionsTest {

    /** Services whose actions have another prefix than botocore's name of the service. */
    private static final Map<String, List<String>> SERVICES = Map.of("elasticloadbalancing", List.of("elb", "elbv2"),
            "elasticfilesystem", List.of("efs"), "states", List.of("stepfunctions"));
    /** Actions that are no operations. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/. */
    private static final Set<String> NO_OPERATIONS = Set.of("apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST",
            "apigateway:PUT", "eks:AccessKubernetesApi", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "iam:PassRole",
            "lambda:InvokeFunction", "s3:ListBucket", "s3:PutBucketPublicAccessBlock", "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration");

    @Test
    void scannersAskAboutActionsThatThereAre() throws Exception {
        var asked = asked();
        var prefixes = new TreeSet<String>();
        asked.forEach(action -> prefixes.add(action.substring(0, action.indexOf(':'))));
        assertThat(prefixes).contains("ec2", "rds", "s3", "iam", "lambda", "elasticloadbalancing", "sqs", "states");

        asked.removeAll(NO_OPERATIONS);
        assertThat(asked).hasSizeGreaterThan(250).isSubsetOf(operations(prefixes));
    }

    /** All actions of all scanners of the program and the update site. */
    private static Set<String> asked() {
        var bundles = FrameworkUtil.getBundle(ActionsTest.class).getBundleContext();
        var scanners = new ServiceTracker<ServiceScanner, ServiceScanner>(bundles, ServiceScanner.class, null);
        scanners.open();
        try {
            var asked = new TreeSet<String>();
            for (var scanner : scanners.getTracked().values()) {
                scanner.resourceTypes().forEach(type -> asked.addAll(scanner.actions(type.name())));
            }
            return asked;
        } finally {
            scanners.close();
        }
    }

    private static Set<String> operations(Set<String> prefixes) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("python3", "-"));
        prefixes.forEach(prefix -> SERVICES.getOrDefault(prefix, List.of(prefix)).forEach(service -> command.add(prefix + "=" + service)));
        var listing = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var script = ActionsTest.class.getResourceAsStream("actions.py"); var input = listing.getOutputStream()) {
            script.transferTo(input);
        }
        var operations = new String(listing.getInputStream().readAllBytes(), UTF_8).lines().toList();
        assertThat(listing.waitFor()).as("end of actions.py").isZero();
        return Set.copyOf(operations);
    }
}
