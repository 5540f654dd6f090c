package cloudops.execution.internal.approval;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.Fingerprint;
import cloudops.execution.internal.process.Launch;

/**
 * SHA-256 over the command as the request has it and over all that reaches the process: program as it was resolved, the file that it is once
 * links are followed, and arguments, the bytes of a script, every variable of the environment, which credentials
 * are added to them, working directory, AWS endpoint and account; and
 * over what is said of the request, since that is what a person judged it by: time limit, metadata, context, resource, risk. Only the ID is
 * left out: it names a run and not what runs.
 * <p>
 * The program is started by the name that was resolved, which many programs go by, and not by the file behind its links: who may change links
 * in the instant between the last look at them and the start can change the file as well.
 */
public final class ApprovalHash {

    private final Fingerprint hash = new Fingerprint("cloudops-approval-4");

    private ApprovalHash() {
    }

    public static String of(ExecutionRequest request, Launch launch, Optional<URI> endpoint) {
        var approval = new ApprovalHash();
        approval.command(request.command());
        approval.launch(launch);
        approval.hash.text(endpoint.map(URI::toString).orElse(null));
        approval.request(request);
        return approval.hash.end();
    }

    private void launch(Launch launch) {
        hash.texts(launch.argv());
        hash.text(Objects.toString(launch.program(), null));
        hash.bytes(launch.script());
        hash.map(launch.variables());
        var signIn = launch.signIn();
        hash.texts(signIn == null ? List.of() : List.of(signIn.profile(), signIn.credentials()));
        hash.text(Objects.toString(launch.workingDir(), null));
    }

    /** As the request has it: what is resolved from it may be the same for another. */
    private void command(Command command) {
        hash.text(command.getClass().getSimpleName());
        switch (command) {
            case Command.Exec exec -> hash.texts(exec.argv());
            case Command.Script script -> {
                hash.text(script.interpreter().name());
                hash.text(script.file().toString());
                hash.texts(script.args());
            }
            case Command.Shell shell -> hash.text(shell.script());
            case Command.AwsCli cli -> {
                hash.texts(Arrays.asList(cli.service(), cli.operation(), cli.profile(), cli.region()));
                hash.texts(cli.args());
            }
            case Command.AwsSdk sdk -> hash.texts(Arrays.asList(sdk.service(), sdk.operation(), sdk.params(), sdk.profile(), sdk.region()));
        }
    }

    /** What is said of the request. */
    private void request(ExecutionRequest request) {
        hash.map(new TreeMap<>(request.env()));
        hash.text(Objects.toString(request.timeout(), null));
        hash.text(request.contextId());
        hash.text(request.resourceId());
        hash.text(Objects.toString(request.risk(), null));
        var metadata = request.metadata();
        hash.texts(Arrays.asList(metadata.source(), metadata.conversationId(), metadata.accountId(), metadata.description()));
        hash.map(new TreeMap<>(metadata.tags()));
        hash.number(metadata.resources().size());
        metadata.resources().forEach(each -> hash.texts(Arrays.asList(each.resourceType(), each.accountId(), each.region(), each.identifier(),
                each.name())));
    }
}
