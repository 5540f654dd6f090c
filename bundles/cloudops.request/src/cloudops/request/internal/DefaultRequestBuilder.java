package cloudops.request.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.agent.Agent;
import cloudops.agent.AgentException;
import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.agent.EnrichedRequest.Message;
import cloudops.agent.EnrichedRequest.User;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.ServerResponse.RiskAssessment;
import cloudops.agent.ServerResponse.Step;
import cloudops.aws.Profiles;
import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionPlan;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.request.RequestBuilder;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;
import cloudops.scanner.EstateScanner;
import cloudops.storage.EstateStorage;
import cloudops.storage.StorageException;

/** Builds requests from the stored estate and runs their plans through the execution engine. */
@Component
public final class DefaultRequestBuilder implements RequestBuilder {

    /** A person's sentence is far shorter; the rest of what is sent stays small. */
    private static final int LONGEST_PROMPT = 4000;
    private static final int LAST_MESSAGES = 20;

    private final Words vocabulary = Words.read();
    private final ResourceFinder finder;
    private final Agent agent;
    private final ExecutionEngine engine;
    private final StepRequests stepRequests;
    private final Refresh refresh;
    private final boolean readOnly;

    @Activate
    public DefaultRequestBuilder(@Reference EstateStorage storage, @Reference Agent agent, @Reference ExecutionEngine engine,
            @Reference Profiles profiles, @Reference EstateScanner scanner, @Reference Environment environment) {
        this(storage, agent, engine, profiles, scanner, environment, cliIsInstalled(System.getenv("PATH")));
    }

    DefaultRequestBuilder(EstateStorage storage, Agent agent, ExecutionEngine engine, Profiles profiles, EstateScanner scanner,
            Environment environment, boolean cliInstalled) {
        this.agent = agent;
        this.engine = engine;
        finder = new ResourceFinder(storage, vocabulary);
        stepRequests = new StepRequests(profiles, cliInstalled);
        refresh = new Refresh(storage, scanner, profiles);
        readOnly = environment.readOnly();
    }

    @Override
    public EnrichedRequest build(String prompt, List<Message> history) throws RequestException {
        if (prompt.length() > LONGEST_PROMPT) {
            throw new RequestException(Problem.AGENT, "the prompt has " + prompt.length() + " characters; at most " + LONGEST_PROMPT
                    + " are read: say it in fewer words", null);
        }
        var recent = history.subList(Math.max(0, history.size() - LAST_MESSAGES), history.size());
        try {
            var resources = resources(prompt, recent);
            return new EnrichedRequest(UUID.randomUUID().toString(), prompt, resources, recent, user(resources));
        } catch (StorageException e) {
            throw new RequestException(Problem.STORAGE, "the estate could not be searched: " + e.getMessage(), e);
        }
    }

    private List<IdentifiedResource> resources(String text, List<Message> history) throws StorageException {
        var prompt = Prompt.of(text, vocabulary);
        var found = finder.find(prompt);
        if (!found.isEmpty() || !prompt.refersBack()) {
            return found;
        }
        var before = history.stream().filter(message -> message.role().equals("user")).reduce((earlier, later) -> later);
        return before.isEmpty() ? List.of()
                : finder.find(Prompt.of(before.get().content(), vocabulary)).stream()
                        .map(each -> each.match().by().equals(Match.PART) ? each
                                : new IdentifiedResource(each.resource(), new Match(each.match().score(), "conversation")))
                        .toList();
    }

    private static User user(List<IdentifiedResource> resources) {
        var accounts = new LinkedHashSet<String>();
        resources.forEach(each -> accounts.add(each.resource().accountId()));
        return resources.stream().map(each -> each.resource().iam().userContext()).filter(Objects::nonNull).findFirst()
                .map(who -> new User(who.username(), who.username(), who.roleArn(), null, List.copyOf(accounts)))
                .orElse(null);
    }

    @Override
    public Answer ask(String prompt, List<Message> history, String conversationId) throws RequestException, InterruptedException {
        var request = build(prompt, history);
        ServerResponse response;
        try {
            response = agent.respond(request);
        } catch (AgentException e) {
            throw new RequestException(Problem.AGENT, e.getMessage(), e);
        }
        AnswerCheck.check(request, response);
        return new Answer(request, response.responseType() == ResponseType.COMMAND ? judged(request, response, conversationId) : response,
                conversationId);
    }

    /** The engine's own judgement may raise what the agent says of risk and approval, never lower it. */
    private ServerResponse judged(EnrichedRequest request, ServerResponse response, String conversationId) {
        var plan = stepRequests.of(request, response, conversationId);
        var risk = response.riskAssessment().level();
        var reasons = new LinkedHashSet<>(response.riskAssessment().reasons());
        var approvalRequired = response.approvalRequired();
        for (var step : plan.steps()) {
            var verdict = engine.verdict(step.request());
            if (verdict.risk().compareTo(risk) > 0) {
                risk = verdict.risk();
                reasons.add(verdict.reason());
            }
            approvalRequired |= verdict.approvalRequired();
        }
        return new ServerResponse(response.requestId(), response.responseType(), response.explainPlan(), response.intent(),
                response.playbook(), response.script(), new RiskAssessment(risk, List.copyOf(reasons), response.riskAssessment().impact()),
                approvalRequired, engine.approvalHash(plan), response.choices());
    }

    @Override
    public PlanResult run(Answer answer, Approval approval, PlanListener listener) throws RequestException, InterruptedException {
        if (answer.response().responseType() != ResponseType.COMMAND) {
            throw new RequestException(Problem.NOTHING_TO_RUN, "the answer has no plan to run", null);
        }
        AnswerCheck.check(answer.request(), answer.response());
        var plan = stepRequests.runnable(answer.request(), answer.response(), answer.conversationId());
        if (answer.response().approvalRequired() || engine.verdict(plan).approvalRequired()) {
            requireConsent(plan, approval);
        }
        return new PlanRun(engine, answer.response().script().steps(), listener).run(plan.withApproval(approval));
    }

    /** The agent may ask for consent where the engine would not. */
    private void requireConsent(ExecutionPlan plan, Approval approval) throws RequestException {
        if (readOnly) {
            throw refused("read-only mode is on, and the plan changes something");
        }
        var hash = engine.approvalHash(plan);
        if (approval == null) {
            throw refused("nobody approved the plan; its hash is " + hash);
        }
        if (!approval.hash().equals(hash)) {
            throw refused("the approval is for another plan: the hash of this one is " + hash + ", the approved one is " + approval.hash());
        }
    }

    @Override
    public List<AwsResource> refresh(Answer answer) throws RequestException, InterruptedException {
        if (answer.response().script() == null) {
            return List.of();
        }
        var arns = answer.response().script().steps().stream().map(Step::resource).distinct().toList();
        return refresh.of(arns.stream()
                .flatMap(arn -> answer.request().identifiedResources().stream().map(IdentifiedResource::resource)
                        .filter(each -> each.arn().equals(arn)).limit(1))
                .toList());
    }

    private static RequestException refused(String why) {
        return new RequestException(Problem.REFUSED, why, null);
    }

    /** @param path the search path of programs; null for none */
    private static boolean cliIsInstalled(String path) {
        return path != null && List.of(path.split(java.io.File.pathSeparator)).stream()
                .anyMatch(folder -> !folder.isBlank() && Files.isExecutable(Path.of(folder, "aws")));
    }
}
