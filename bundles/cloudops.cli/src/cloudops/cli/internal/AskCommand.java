package cloudops.cli.internal;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.ServerResponse;
import cloudops.execution.Approval;
import cloudops.model.AwsResource;
import cloudops.model.DisplayText;
import cloudops.request.RequestBuilder;
import cloudops.request.RequestBuilder.Answer;
import cloudops.request.RequestBuilder.PlanResult;
import cloudops.request.RequestException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops ask}. */
@Command(name = "ask", description = "Turns a sentence into a plan, and runs the plan once you approve it.")
final class AskCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(arity = "1..*", paramLabel = "PROMPT", description = "What you want, in your words.")
    private List<String> words;

    @Option(names = "--show-request", description = "Also show what the agent is sent.")
    private boolean showRequest;

    @Option(names = "--dry-run", description = "Show the plan, run nothing.")
    private boolean dryRun;

    @Option(names = "--approve", paramLabel = "HASH", description = "Consent to the plan with this approval_hash, as an earlier call showed it.")
    private String approvedHash;

    @Option(names = "--conversation", paramLabel = "ID",
            description = "Keep it in this conversation, whose earlier messages the agent hears; \"new\" begins one.")
    private String conversation;

    private AskedConversation kept;

    AskCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result: the response, what was sent if asked for, and what ran. */
    record Asked(@JsonUnwrapped ServerResponse response, EnrichedRequest request, PlanResult execution, List<AwsResource> resources,
            UUID conversation) {
    }

    @Override
    public Integer call() throws Exception {
        var builder = cli.service(RequestBuilder.class);
        var prompt = String.join(" ", words);
        kept = AskedConversation.of(cli, conversation);
        var history = kept.history();
        kept.keep(prompt);
        var answer = builder.ask(prompt, history, kept.id() == null ? null : kept.id().toString());
        kept.keep(answer);
        if (!cli.json()) {
            show(answer);
        }
        if (answer.response().script() == null || dryRun) {
            return finish(answer, null, List.of());
        }
        var approval = answer.response().approvalRequired() ? consent(answer.response()) : null;
        if (answer.response().approvalRequired() && approval == null) {
            return finish(answer, null, List.of());
        }
        var output = new PlanOutput(cli.json() ? cli.console().err() : cli.console().out());
        var result = builder.run(answer, approval, output);
        kept.keep(result, output.executions());
        try {
            return finish(answer, result, builder.refresh(answer));
        } catch (RequestException e) {
            // what ran is told first: nobody shall run it again because it could not be looked at
            int code = finish(answer, result, List.of());
            cli.console().err().println("cloudops: the plan ran, but its effect could not be looked at: " + DisplayText.line(e.getMessage()));
            return code == ExitCode.DONE ? ExitCode.PARTLY : code;
        }
    }

    /** Consent from the option or a person; null when there is neither and nobody to ask. */
    private Approval consent(ServerResponse response) throws CliException {
        var hash = response.approvalHash();
        if (approvedHash != null) {
            Consent.requireSame("plan", hash, approvedHash);
        } else if (!Consent.canAsk(cli)) {
            cli.say("Not run. Approve exactly this plan with: --approve " + hash);
            return null;
        } else if (!Consent.askedAndAnsweredYes(cli, "plan")) {
            throw new CliException(ExitCode.REFUSED, "not approved, nothing was run", null);
        }
        return Consent.by(hash);
    }

    private void show(Answer answer) throws Exception {
        if (showRequest) {
            cli.print(answer.request());
        }
        PlanText.print(answer.response(), cli.console().out());
    }

    private int finish(Answer answer, PlanResult result, List<AwsResource> resources) throws Exception {
        if (cli.json()) {
            cli.print(new Asked(answer.response(), showRequest ? answer.request() : null, result, resources.isEmpty() ? null : resources,
                    kept.id()));
        } else {
            resources.forEach(r -> cli.console().out().println(DisplayText.line(r.name()) + " is now " + (r.state() == null ? "-" : DisplayText.line(r.state()))));
        }
        if (kept.id() != null) {
            cli.say("Conversation " + kept.id());
        }
        if (kept.trouble() != null) {
            cli.console().err().println("cloudops: the conversation does not have all of this: " + DisplayText.line(kept.trouble()));
        }
        if (result == null || result.succeeded()) {
            return kept.trouble() == null ? ExitCode.DONE : ExitCode.PARTLY;
        }
        return result.steps().size() > 1 ? ExitCode.PARTLY : ExitCode.FAILED;
    }
}
