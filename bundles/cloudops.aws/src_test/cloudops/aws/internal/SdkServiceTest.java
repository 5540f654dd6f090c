package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

class SdkServiceTest {

    /** How the CLI makes a command of an operation's name: a dash before a capital that begins a word. */
    private static String cliName(String operation) {
        return operation.replaceAll("([a-z0-9])([A-Z])", "$1-$2").replaceAll("([A-Z]+)([A-Z][a-z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** Methods that take a request and return a plain response. */
    private static List<Method> operations(Class<?> client) {
        return Arrays.stream(client.getMethods()).filter(method -> method.getParameterCount() == 1
                && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                && SdkResponse.class.isAssignableFrom(method.getReturnType())).toList();
    }

    private static Class<?> builder(Class<?> type) throws ReflectiveOperationException {
        return type.getMethod("builder").getReturnType();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec2", "rds", "s3", "iam", "sts"})
    void everyOperationOfAClientIsFoundByItsCliName(String name) throws Exception {
        var client = SdkClasses.ALL.get(name);
        var service = new SdkService(client);
        var operations = operations(client);
        assertThat(operations).isNotEmpty();
        var names = new HashMap<String, String>();
        for (var method : operations) {
            var found = service.operation(cliName(method.getName())).orElseThrow(() -> new AssertionError(method));
            assertThat(found.name()).isEqualToIgnoringCase(method.getName());
            assertThat(found.newRequest()).isInstanceOf(builder(method.getParameterTypes()[0]));
            assertThat(found.newResponse()).isInstanceOf(builder(method.getReturnType()));
            assertThat(found.paged()).isEqualTo(Arrays.stream(client.getMethods()).anyMatch(other -> other.getName().equals(method.getName() + "Paginator")));
            assertThat(names.put(method.getName().toLowerCase(Locale.ROOT), method.getName())).as("one name, one operation").isNull();
        }
        assertThat(service.operations()).hasSameSizeAs(operations);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec2", "rds", "s3", "iam", "sts"})
    void everyRequestAndResponseHasFieldsByTheApisNames(String name) {
        var service = new SdkService(SdkClasses.ALL.get(name));
        for (var operation : service.operations().stream().flatMap(each -> service.operation(each).stream()).toList()) {
            for (var pojo : new SdkPojo[] {operation.newRequest(), operation.newResponse()}) {
                var members = new ArrayList<String>();
                pojo.sdkFields().forEach(field -> members.add(field.memberName()));
                assertThat(new HashSet<>(members)).as(operation.name()).hasSameSizeAs(members).doesNotContainNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rds, describe-db-instances, DescribeDBInstances, true", "ec2, describe-instances, DescribeInstances, true",
            "s3api, get-bucket-tagging, GetBucketTagging, false", "s3, head-bucket, HeadBucket, false",
            "iam, list-attached-user-policies, ListAttachedUserPolicies, true", "sts, get-caller-identity, GetCallerIdentity, false",
            "ec2, delete-vpc, DeleteVpc, false"})
    void knowsNameAndPages(String service, String operation, String name, boolean paged) {
        var found = SdkClasses.operation(service, operation);
        assertThat(found.name()).isEqualTo(name);
        assertThat(found.paged()).isEqualTo(paged);
    }

    @ParameterizedTest
    @CsvSource({"s3api, get-object", "s3api, put-object", "ec2, no-such-operation", "ec2, ''", "ec2, describe-instances-paginator", "lambda, list-functions",
            "'../ec2', describe-instances"})
    void doesNotFindWhatStreamsOrIsNotThere(String service, String operation) {
        assertThat(SdkClasses.services().operation(service, operation)).isEmpty();
    }

    @Test
    void looksAgainWhenABundleCameOrWent() {
        var there = new AtomicBoolean(false);
        var current = new AtomicBoolean(true);
        var services = new SdkServices(name -> there.get()
                ? Optional.of(new ClientFinder.Found(SdkClasses.ALL.get(name), current::get)) : Optional.empty());
        assertThat(services.service("sts")).isEmpty();
        there.set(true);
        var first = services.service("sts").orElseThrow();
        assertThat(services.service("sts")).containsSame(first);
        current.set(false);
        assertThat(services.service("sts").orElseThrow()).isNotSameAs(first);
        there.set(false);
        assertThat(services.service("sts")).isEmpty();
    }

    @Test
    void namesDifferWhereTheyMust() {
        Map.of("elbv2", "elasticloadbalancingv2", "logs", "cloudwatchlogs", "resource-groups", "resourcegroups", "s3api", "s3", "ec2", "ec2")
                .forEach((cli, sdk) -> assertThat(ServiceNames.sdkName(cli)).isEqualTo(sdk));
        assertThat(ServiceNames.cliCommand("s3")).isEqualTo("s3api");
        assertThat(ServiceNames.cliCommand("s3control")).isEqualTo("s3control");
    }

    @ParameterizedTest
    @CsvSource({"Ec2Client.class, true", "Ec2AsyncClient.class, false", "DefaultEc2Client.class, false", "DelegatingS3Client.class, false",
            "Ec2ClientBuilder.class, false"})
    void tellsTheClientFromItsNeighbours(String file, boolean client) {
        assertThat(ClientFinder.isClient(file)).isEqualTo(client);
    }
}
