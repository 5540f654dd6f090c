package cloudops.ui.tests;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.agent.EnrichedRequest.Message;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.Intent;
import cloudops.agent.ServerResponse.PlaybookRef;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.ServerResponse.RiskAssessment;
import cloudops.agent.ServerResponse.Script;
import cloudops.agent.ServerResponse.Step;
import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.model.AwsResource;
import cloudops.model.Risk;
import cloudops.request.RequestBuilder;
import cloudops.request.RequestException;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;

/** Plans to stop databases of the estate, asks back where a name is ambiguous, and runs plans through {@link StreamingEngine}. */
final class PlannedAnswers implements RequestBuilder {

    static final String HASH = "sha256:" + "ab".repeat(32);

    private final MemoryEstate estate;
    private final StreamingEngine engine;
    private final List<Approval> approvals = new CopyOnWriteArrayList<>();
    private final AtomicInteger refreshed = new AtomicInteger();
    private final List<String> prompts = new CopyOnWriteArrayList<>();
    private final List<String> conversations = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch finish = new CountDownLatch(0);

    PlannedAnswers(MemoryEstate estate, StreamingEngine engine) {
        this.estate = estate;
        this.engine = engine;
    }

    /** What the user consented to, in order; null for a run without consent. */
    List<Approval> approvals() {
        return approvals;
    }

    List<String> conversations() {
        return conversations;
    }

    List<String> prompts() {
        return prompts;
    }

    /** A plan that starts from now on prints and then waits until the answer is counted down. */
    CountDownLatch hold() {
        finish = new CountDownLatch(1);
        return finish;
    }

    @Override
    public EnrichedRequest build(String prompt, List<Message> history) {
        return request(prompt, List.of());
    }

    private static EnrichedRequest request(String prompt, List<AwsResource> resources) {
        return new EnrichedRequest("r-1", prompt,
                resources.stream().map(resource -> new IdentifiedResource(resource, new Match(1, "exact_name"))).toList(), List.of(), null);
    }

    @Override
    public Answer ask(String prompt, List<Message> history, String conversationId) throws RequestException {
        prompts.add(prompt);
        conversations.add(conversationId);
        var named = databases().stream().filter(resource -> prompt.contains(resource.name())).toList();
        if (prompt.contains("nonsense")) {
            throw new RequestException(RequestException.Problem.AGENT, "no playbook fits this request", null);
        }
        if (named.isEmpty()) {
            return new Answer(request(prompt, databases()), question());
        }
        var stop = "Stop " + named.getFirst().name();
        return new Answer(request(prompt, named), plan(stop, named.getFirst()));
    }

    private List<AwsResource> databases() {
        var found = new ArrayList<AwsResource>();
        try {
            estate.list(ResourceFilter.ALL, resource -> {
                if (resource.resourceType().equals("rds_instance")) {
                    found.add(resource);
                }
            });
        } catch (StorageException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    private ServerResponse question() {
        var choices = databases().stream()
                .map(resource -> new Choice(resource.name() + " (" + resource.state() + ")", resource.arn(), "Stop " + resource.name()))
                .toList();
        return new ServerResponse("r-1", ResponseType.CLARIFICATION, "Several databases fit. Which one do you mean?", null, null, null, null,
                false, null, choices);
    }

    private static ServerResponse plan(String title, AwsResource database) {
        var step = new Step("1", "aws rds stop-db-instance",
                List.of("--db-instance-identifier", database.identifier(), "--region", database.region()),
                "Stops the database; its storage and backups stay.", database.accountId(), database.arn(), List.of());
        return new ServerResponse("r-1", ResponseType.COMMAND,
                "I will stop the RDS PostgreSQL instance " + database.name() + " in " + database.region()
                        + " (account production). Connections to it end at once; AWS starts it again by itself after seven days.",
                new Intent("rds", "stop", 0.99), new PlaybookRef("aws_rds_stop_instance", "1.2.0", null), new Script(List.of(step), 120),
                new RiskAssessment(Risk.MEDIUM, List.of("Production database (environment=production)", "Multi-AZ is enabled"),
                        "Unavailable until it is started again"),
                true, HASH, List.of());
    }

    @Override
    public List<AwsResource> refresh(Answer answer) {
        refreshed.incrementAndGet();
        var acted = answer.request().identifiedResources().stream().map(found -> found.resource().key()).toList();
        return databases().stream().filter(database -> acted.contains(database.key())).toList();
    }

    int refreshed() {
        return refreshed.get();
    }

    @Override
    public PlanResult run(Answer answer, Approval approval, PlanListener listener) throws InterruptedException {
        approvals.add(approval);
        var step = answer.response().script().steps().getFirst();
        var database = answer.request().identifiedResources().getFirst().resource();
        var run = engine.start(step.command() + " " + String.join(" ", step.args()), Instant.now(), step.accountId(), step.description());
        listener.stepStarted(step, run.id());
        for (var line : List.of("{", "    \"DBInstance\": {", "        \"DBInstanceIdentifier\": \"" + database.identifier() + "\",",
                "        \"DBInstanceStatus\": \"stopping\"", "    }", "}")) {
            run.print(Stream.STDOUT, line);
            listener.line(Stream.STDOUT, line);
        }
        var held = finish;
        if (held.getCount() > 0) {
            try {
                held.await(Ui.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                listener.ended(run.end(ExecutionStatus.CANCELLED, null, Instant.now()));
                throw e;
            }
        }
        estate.put(Estates.postgres(database.name(), "stopped"));
        ExecutionResult result = run.end(ExecutionStatus.COMPLETED, 0, Instant.now());
        listener.ended(result);
        return new PlanResult(List.of(new StepResult(step.stepId(), result)), true);
    }
}
