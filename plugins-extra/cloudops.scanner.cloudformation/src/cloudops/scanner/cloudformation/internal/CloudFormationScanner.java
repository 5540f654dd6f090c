package cloudops.scanner.cloudformation.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIsNot;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * CloudFormation: stacks that are there, from DescribeStacks; deleted ones are not listed. Values of parameters and outputs may be secrets
 * and are left out.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html (members and states),
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html (termination protection),
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html (not while its exports are imported),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html (actions on stacks).
 */
@Component
public final class CloudFormationScanner implements ServiceScanner {

    static final ResourceType STACK = new ResourceType("cloudformation_stack", "CloudFormation stack", false);

    private static final List<String> ACTIONS = List.of("cloudformation:DescribeStacks", "cloudformation:DescribeStackResources",
            "cloudformation:GetTemplate", "cloudformation:UpdateStack", "cloudformation:DeleteStack", "cloudformation:CreateChangeSet",
            "cloudformation:ExecuteChangeSet", "cloudformation:DetectStackDrift", "cloudformation:UpdateTerminationProtection");

    @Override
    public String serviceName() {
        return "cloudformation";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(STACK);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("cloudformation", "describe-stacks", object()), "Stacks")
                .forEach(stack -> sink.accept(new RawResource(type.name(), stack)));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var name = required(data, "StackName");
        return new Found(STACK, name, required(data, "StackId"), context)
                .state(text(data, "StackStatus")).tags(tags(data, "Tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("description", text(data, "Description"))
                .put("status_reason", text(data, "StackStatusReason"))
                .put("drift", text(data, "DriftInformation", "StackDriftStatus"))
                .put("parameters", texts(list(data, "Parameters"), "ParameterKey"))
                .put("outputs", texts(list(data, "Outputs"), "OutputKey"))
                .put("exports", exports(data))
                .put("capabilities", texts(data, "Capabilities"))
                .put("termination_protection", flag(data, "EnableTerminationProtection"))
                .put("create_time", time(data, "CreationTime"))
                .put("update_time", time(data, "LastUpdatedTime"))
                .relation("nested_in", text(data, "ParentId"))
                .relation("has_root", text(data, "RootId"))
                .relation("has_role", text(data, "RoleARN"))
                .relations("notifies", texts(data, "NotificationARNs"));
    }

    private static List<String> exports(JsonNode data) {
        return texts(list(data, "Outputs"), "ExportName");
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var exports = exports(raw.data());
        return new Verdicts()
                .neverRuns("a stack does not run")
                .canDelete(stateIsNot(resource, "DELETE_IN_PROGRESS", "DELETE_COMPLETE"), idle(resource),
                        unless(isTrue(raw.data(), "EnableTerminationProtection"), "termination protection is on"),
                        exports.isEmpty() ? Check.ok()
                                : Check.unknown("whether other stacks import its exports is not known: " + String.join(", ", exports)),
                        permitted(permissions, "cloudformation:DeleteStack"))
                .hasBackups(null, "what its resources keep is not known")
                .hasDependencies(exports.isEmpty() ? null : Boolean.TRUE, exports.isEmpty() ? "nested stacks and uses of its resources"
                        + " are not known" : "exports: " + String.join(", ", exports))
                .custom("termination_protection", flag(raw.data(), "EnableTerminationProtection"))
                .custom("nested_in", text(raw.data(), "ParentId"))
                .build();
    }

    private static Check idle(AwsResource stack) {
        var busy = stack.state() != null && stack.state().endsWith("_IN_PROGRESS");
        return busy ? Check.unknown("state is " + stack.state() + ": it depends on how that ends") : Check.ok();
    }
}
