package cloudops.aws.internal;

import java.util.Map;
import java.util.Optional;

import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/** The clients on the class path: there are no bundles to search in a unit test. */
final class SdkClasses implements ClientFinder {

    static final Map<String, Class<? extends SdkClient>> ALL = Map.of("ec2", Ec2Client.class, "rds", RdsClient.class,
            "s3", S3Client.class, "iam", IamClient.class, "sts", StsClient.class);

    static SdkServices services() {
        return new SdkServices(new SdkClasses());
    }

    static SdkOperation operation(String service, String operation) {
        return services().operation(service, operation).orElseThrow();
    }

    @Override
    public Optional<Found> find(String sdkName) {
        return Optional.ofNullable(ALL.get(sdkName)).map(client -> new Found(client, () -> true));
    }
}
