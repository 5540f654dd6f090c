package cloudops.scanner.iam.internal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/**
 * IAM: users, groups, roles and the account's own policies. All are global. One call (of several pages) tells everything of a type, so that no
 * call a resource is needed; source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html. It tells
 * no tags of policies, and nothing of passwords, access keys and MFA devices.
 */
@Component
public final class IamScanner implements ServiceScanner {

    @Override
    public String serviceName() {
        return "iam";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(Users.TYPE, Groups.TYPE, Roles.TYPE, Policies.TYPE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var found = switch (type.name()) {
            case Users.NAME -> AwsJson.list(details(context, "User"), "UserDetailList");
            case Groups.NAME -> Groups.withMembers(details(context, "Group", "User")); // only users say which groups they are in
            case Roles.NAME -> AwsJson.list(details(context, "Role"), "RoleDetailList");
            case Policies.NAME -> AwsJson.list(details(context, "LocalManagedPolicy"), "Policies");
            default -> throw unknown(type.name());
        };
        found.forEach(each -> sink.accept(new RawResource(type.name(), each)));
    }

    private static JsonNode details(ScanContext context, String... kinds) throws ScanException, InterruptedException {
        var request = JsonNodeFactory.instance.objectNode();
        var filter = request.putArray("Filter");
        for (var kind : kinds) {
            filter.add(kind);
        }
        return context.call("iam", "get-account-authorization-details", request);
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return switch (raw.resourceType()) {
            case Users.NAME -> Users.resource(raw.data(), context);
            case Groups.NAME -> Groups.resource(raw.data(), context);
            case Roles.NAME -> Roles.resource(raw.data(), context);
            case Policies.NAME -> Policies.resource(raw.data(), context);
            default -> throw unknown(raw.resourceType());
        };
    }

    @Override
    public List<String> actions(String resourceType) {
        return switch (resourceType) {
            case Users.NAME -> Users.ACTIONS;
            case Groups.NAME -> Groups.ACTIONS;
            case Roles.NAME -> Roles.ACTIONS;
            case Policies.NAME -> Policies.ACTIONS;
            default -> throw unknown(resourceType);
        };
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return switch (raw.resourceType()) {
            case Users.NAME -> Users.constraints(raw.data(), permissions);
            case Groups.NAME -> Groups.constraints(raw.data(), permissions);
            case Roles.NAME -> Roles.constraints(raw.data(), permissions);
            case Policies.NAME -> Policies.constraints(raw.data(), permissions);
            default -> throw unknown(raw.resourceType());
        };
    }

    private static IllegalArgumentException unknown(String resourceType) {
        return new IllegalArgumentException("not a type of IAM: " + resourceType);
    }
}
