package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.rds.RdsClient;

class EndpointsTest {

    private static final String ALL = "http://127.0.0.1:1/all", OF_EC2 = "http://127.0.0.1:2/ec2", OF_ELB = "https://elb.example:3";

    @TempDir
    Path folder;
    private AwsFolder aws;

    @BeforeEach
    void files() {
        aws = new AwsFolder(folder).config("""
                [profile here]
                region = eu-west-1
                endpoint_url = http://127.0.0.1:8/profile
                services = local
                [profile bare]
                region = eu-west-1
                [profile aloof]
                region = eu-west-1
                endpoint_url = http://127.0.0.1:8/profile
                services = local
                ignore_configured_endpoint_urls = true
                aws_access_key_id = AKIAIOSFODNN7EXAMPLE
                aws_secret_access_key = secret
                [profile lost]
                region = eu-west-1
                services = elsewhere
                [services local]
                ec2 =
                  endpoint_url = http://127.0.0.1:9/ec2
                elasticsearch_service =
                  endpoint_url = http://127.0.0.1:9/es
                """);
    }

    private String endpoint(Map<String, String> variables, String profile, String service) throws AwsException {
        var files = new AwsFiles(aws.environment(), variables);
        return files.endpoint(files.profile(profile), service).map(URI::toString).orElse("AWS");
    }

    /** As botocore decides. */
    @Test
    void variablesCountMoreThanProfilesAndTheServicesMoreThanTheGeneral() throws Exception {
        var all = Map.of("AWS_ENDPOINT_URL", ALL);
        var both = Map.of("AWS_ENDPOINT_URL", ALL, "AWS_ENDPOINT_URL_EC2", OF_EC2, "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", OF_ELB);
        assertThat(endpoint(Map.of(), "here", "ec2")).isEqualTo("http://127.0.0.1:9/ec2");
        assertThat(endpoint(Map.of(), "here", "rds")).isEqualTo("http://127.0.0.1:8/profile");
        assertThat(endpoint(all, "here", "ec2")).isEqualTo(ALL);
        assertThat(endpoint(both, "here", "ec2")).isEqualTo(OF_EC2);
        assertThat(endpoint(both, "bare", "elbv2")).isEqualTo(OF_ELB);
        assertThat(endpoint(both, "bare", "elb")).isEqualTo(ALL);
        assertThat(endpoint(Map.of("AWS_ENDPOINT_URL", " "), "bare", "ec2")).isEqualTo("AWS");
    }

    /** Source: the names of variables in https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html */
    @ParameterizedTest
    @CsvSource({"es, ELASTICSEARCH_SERVICE", "configservice, CONFIG_SERVICE", "dms, DATABASE_MIGRATION_SERVICE", "ds, DIRECTORY_SERVICE",
            "ds-data, DIRECTORY_SERVICE_DATA", "dynamodbstreams, DYNAMODB_STREAMS", "logs, CLOUDWATCH_LOGS", "events, EVENTBRIDGE",
            "stepfunctions, SFN", "route53, ROUTE_53", "s3api, S3", "apigatewayv2, APIGATEWAYV2", "cur, COST_AND_USAGE_REPORT_SERVICE",
            "autoscaling, AUTO_SCALING", "secretsmanager, SECRETS_MANAGER", "elb, ELASTIC_LOAD_BALANCING", "sso-oidc, SSO_OIDC"})
    void namesOfServicesAreThoseOfTheApiModels(String service, String variable) throws Exception {
        assertThat(endpoint(Map.of("AWS_ENDPOINT_URL_" + variable, OF_EC2), "bare", service)).isEqualTo(OF_EC2);
        assertThat(endpoint(Map.of("AWS_ENDPOINT_URL_" + variable + "_X", OF_EC2), "bare", service)).isEqualTo("AWS");
    }

    @Test
    void sectionsNameServicesInTheSameWay() throws Exception {
        assertThat(endpoint(Map.of(), "here", "es")).isEqualTo("http://127.0.0.1:9/es");
    }

    @Test
    void allButTheProgramsOwnCanBeIgnored() throws Exception {
        var variables = Map.of("AWS_ENDPOINT_URL", ALL);
        assertThat(endpoint(variables, "aloof", "ec2")).isEqualTo("AWS");
        assertThat(endpoint(Map.of("AWS_ENDPOINT_URL", ALL, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE"), "here", "ec2")).isEqualTo("AWS");
        assertThat(endpoint(Map.of("AWS_ENDPOINT_URL", ALL, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"), "aloof", "ec2")).isEqualTo(ALL);
        var files = new AwsFiles(aws.environment("http://127.0.0.1:7"), variables);
        assertThat(files.endpoint(files.profile("aloof"), "ec2")).contains(URI.create("http://127.0.0.1:7"));
    }

    @Test
    void theSdkGoesNowhereElse() throws Exception {
        var files = new AwsFiles(aws.environment(), Map.of());
        var clients = new SdkClients(files, aws.keychain());
        var client = (Ec2Client) clients.client(Ec2Client.class, Target.of(files, "ec2", "aloof", null));
        assertThat(client.serviceClientConfiguration().endpointOverride()).isEmpty();
        clients.close();
    }

    @Test
    void theSdkIsNotAskedWhereItWouldDisobey() throws Exception {
        var files = new AwsFiles(aws.environment(), Map.of("AWS_ENDPOINT_URL_EC2", OF_EC2));
        var clients = new SdkClients(files, aws.keychain());
        assertThatThrownBy(() -> clients.client(Ec2Client.class, Target.of(files, "ec2", "aloof", null))).isInstanceOf(AwsException.class)
                .hasMessage("AWS_ENDPOINT_URL_EC2 is set, which profile 'aloof' ignores and the AWS SDK does not; "
                        + "try: unset AWS_ENDPOINT_URL_EC2, or the transport cli");
        assertThat(clients.client(RdsClient.class, Target.of(files, "rds", "aloof", null))).isNotNull();
        clients.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:4566", "ftp://host", "http:///path", "not a url", "http://", "${EVIL}", "http://ho st"})
    void whatIsNoUrlIsRefused(String text) {
        assertThatThrownBy(() -> endpoint(Map.of("AWS_ENDPOINT_URL", text), "bare", "ec2")).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.PARSE)).hasMessageStartingWith("AWS_ENDPOINT_URL is no URL").hasMessageContaining("; try: ");
    }

    @Test
    void aSectionThatDoesNotExistIsSaid() {
        assertThatThrownBy(() -> endpoint(Map.of(), "lost", "ec2")).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.PARSE)).hasMessageContaining("there is no section [services elsewhere] in ");
    }
}
