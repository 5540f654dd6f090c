package example.scanner.ecr;

import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/** ECR repositories. Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html */
public final class EcrScanner implements ServiceScanner {

    private static final String TYPE = "ecr_repository";

    @Override
    public String serviceName() {
        return "ecr";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(new ResourceType(TYPE, "ECR container image repository", false));
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var answer = context.call("ecr", "describe-repositories", JsonNodeFactory.instance.objectNode());
        AwsJson.list(answer, "repositories").forEach(repository -> sink.accept(new RawResource(TYPE, repository)));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var name = AwsJson.required(raw.data(), "repositoryName");
        var facts = new Facts().put("uri", AwsJson.text(raw.data(), "repositoryUri"))
                .put("created_at", AwsJson.text(raw.data(), "createdAt"))
                .put("scan_on_push", AwsJson.flag(raw.data(), "imageScanningConfiguration", "scanOnPush"))
                .relation("encrypted_with", AwsJson.text(raw.data(), "encryptionConfiguration", "kmsKey"));
        return new AwsResource(TYPE, name, context.accountId(), context.accountName(), context.region(), "ecr",
                AwsJson.required(raw.data(), "repositoryArn"), name, null, null, context.startedAt(), null, null, facts.toMap());
    }

    @Override
    public List<String> actions(String resourceType) {
        return List.of("ecr:DescribeImages", "ecr:PutImage", "ecr:DeleteRepository");
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return new Verdicts().canStop(Check.no("a repository does not run")).canStart(Check.no("a repository does not run"))
                .canDelete(permitted(permissions, "ecr:DeleteRepository"), Check.unknown("whether it is empty is not known")).build();
    }
}
