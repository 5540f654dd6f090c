package cloudops.aws.internal;

import static java.util.Map.entry;

import java.util.Map;

/**
 * The names one service goes by. The SDK derives its package from the service ID of the API model ({@code Elastic Load Balancing v2}:
 * lower case, no spaces, no leading "Amazon", no trailing "Service"); most of the CLI's commands are the same but for dashes. The others
 * are listed here; source: the service IDs in the API models that the CLI ships.
 */
final class ServiceNames {

    private static final Map<String, String> DIFFERENT = Map.ofEntries(
            entry("ce", "costexplorer"),
            entry("cognito-idp", "cognitoidentityprovider"),
            entry("configservice", "config"),
            entry("cur", "costandusagereport"),
            entry("deploy", "codedeploy"),
            entry("discovery", "applicationdiscovery"),
            entry("dms", "databasemigration"),
            entry("ds", "directory"),
            entry("ds-data", "directoryservicedata"),
            entry("dynamodbstreams", "dynamodb.streams"),
            entry("elb", "elasticloadbalancing"),
            entry("elbv2", "elasticloadbalancingv2"),
            entry("es", "elasticsearch"),
            entry("events", "eventbridge"),
            entry("iot-data", "iotdataplane"),
            entry("iot-jobs-data", "iotjobsdataplane"),
            entry("lex-models", "lexmodelbuilding"),
            entry("lexv2-models", "lexmodelsv2"),
            entry("lexv2-runtime", "lexruntimev2"),
            entry("logs", "cloudwatchlogs"),
            entry("meteringmarketplace", "marketplacemetering"),
            entry("mgh", "migrationhub"),
            entry("runtime.sagemaker", "sagemakerruntime"),
            entry("s3api", "s3"),
            entry("sdb", "simpledb"),
            entry("serverlessrepo", "serverlessapplicationrepository"),
            entry("sms-voice", "pinpointsmsvoice"),
            entry("stepfunctions", "sfn"),
            entry("waf-regional", "waf.regional"));

    private ServiceNames() {
    }

    /** Last part of the SDK's package. @param service the CLI's name */
    static String sdkName(String service) {
        var different = DIFFERENT.get(service);
        return different != null ? different : service.replace("-", "");
    }

    /** The CLI's command that has the API's operations: its {@code s3} has only commands of its own, such as {@code sync}. */
    static String cliCommand(String service) {
        return "s3".equals(service) ? "s3api" : service;
    }
}
