package cloudops.scanner.stepfunctions.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * Step Functions: state machines, from ListStateMachines and a call a state machine for its tags. What DescribeStateMachine tells, its
 * definition, may hold secrets and is not read; so whether it is being deleted is not known.
 *
 * <p>Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StateMachineListItem.html (members),
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html (running executions end by and by),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html (actions on state machines).
 */
@Component
public final class StepFunctionsScanner implements ServiceScanner {

    static final ResourceType MACHINE = new ResourceType("stepfunctions_state_machine", "Step Functions state machine", false);

    private static final List<String> ACTIONS = List.of("states:DescribeStateMachine", "states:UpdateStateMachine",
            "states:DeleteStateMachine", "states:StartExecution", "states:ListExecutions", "states:TagResource", "states:UntagResource");

    @Override
    public String serviceName() {
        return "stepfunctions";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(MACHINE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("stepfunctions", "list-state-machines", object()), "stateMachines")
                .forEach(machine -> sink.accept(new RawResource(type.name(), machine)));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var machine = object().put("resourceArn", required(raw.data(), "stateMachineArn"));
        return new Details(raw, context).add("tags", "stepfunctions", "list-tags-for-resource", machine).described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var name = required(data, "name");
        var facts = new Facts()
                .put("type", text(data, "type"))
                .put("create_time", time(data, "creationDate"))
                .put("denied_details", Details.denied(data));
        return new Found(MACHINE, name, required(data, "stateMachineArn"), context)
                .tags(tags(data, "tags")).facts(facts).resource();
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a state machine is not stopped; its executions are")
                .canDelete(permitted(permissions, "states:DeleteStateMachine"))
                .hasBackups(false, "Step Functions keeps no backups")
                .hasDependencies(null, "what starts it is not known")
                .custom("type", text(raw.data(), "type"))
                .build();
    }
}
