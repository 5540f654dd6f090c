package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * Key pairs, from DescribeKeyPairs. They are known by their names, as instances name them; AWS has no private key.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_KeyPairInfo.html (members),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/delete-key-pair.html (instances do not keep one from being deleted).
 */
final class KeyPairs extends Ec2Type {

    KeyPairs() {
        super(new ResourceType("ec2_key_pair", "EC2 key pair", false),
                List.of("ec2:DescribeKeyPairs", "ec2:RunInstances", "ec2:DeleteKeyPair", "ec2:CreateTags", "ec2:DeleteTags"));
    }

    @Override
    void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException {
        called(context, "describe-key-pairs", object(), "KeyPairs", sink);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "KeyName");
        return resource(name, ofAccount(context, "key-pair/" + name), name, null, tags(data, "Tags"), facts(data), context);
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("key_pair_id", text(data, "KeyPairId"))
                .put("key_type", text(data, "KeyType"))
                .put("fingerprint", text(data, "KeyFingerprint"))
                .put("create_time", text(data, "CreateTime"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource keyPair, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a key pair does not run")
                .canDelete(permitted(permissions, "ec2:DeleteKeyPair"))
                .hasDependencies(null, "which instances trust it is not known")
                .build();
    }
}
