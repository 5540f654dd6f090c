package cloudops.ui.chat.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

import cloudops.agent.EnrichedRequest.Message;
import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.Step;
import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;
import cloudops.request.RequestBuilder;
import cloudops.request.RequestBuilder.Answer;
import cloudops.request.RequestBuilder.PlanListener;
import cloudops.request.RequestBuilder.PlanResult;
import cloudops.request.RequestException;
import cloudops.storage.ChatStorage;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.StorageException;
import cloudops.ui.Changes;
import cloudops.model.DisplayText;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.OutputBuffer;
import cloudops.ui.Task;
import cloudops.ui.Times;
import cloudops.ui.Topics;
import cloudops.ui.Trouble;
import cloudops.ui.chat.internal.Exchange.Progress;
import cloudops.ui.chat.internal.Exchange.Reply;
import cloudops.ui.chat.internal.Exchange.StateChange;

/** What was asked, answered, approved and run in this window, and is kept of it. Nothing blocks; changes are told. Thread-safe. */
@Component(service = Conversation.class)
public final class Conversation {

    /** Older exchanges are dropped. */
    static final int LONGEST = 200;

    private final LateService<RequestBuilder> requests = new LateService<>("request builder");
    private final KeptConversation kept = new KeptConversation();
    private final EventAdmin events;
    private final Changes changes = new Changes();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final Map<Exchange, Task<?>> running = new ConcurrentHashMap<>();
    private volatile Exchange selected;

    @Activate
    public Conversation(@Reference EventAdmin events) {
        this.events = events;
    }

    /** Oldest first. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** The exchange whose plan is shown; null for none. */
    Exchange selected() {
        return selected;
    }

    Changes changes() {
        return changes;
    }

    void select(Exchange exchange) {
        selected = exchange;
        changes.fire();
    }

    /** What the one that is had now is kept as. */
    UUID id() {
        return kept.id();
    }

    /** Tells, in another thread, when something that was said is kept. */
    Changes kept() {
        return kept.changes();
    }

    /** Deletes what is kept of a conversation; what it still says later is shown, and not kept. Blocks. @return the number of messages */
    int delete(UUID id) throws StorageException, MissingServiceException {
        return kept.delete(id);
    }

    /** Forgets all that does not run, and begins another conversation. */
    void clear() {
        kept.begin(UUID.randomUUID());
        exchanges.removeIf(exchange -> !running.containsKey(exchange));
        select(exchanges.isEmpty() ? null : exchanges.getLast());
    }

    /** Goes on with a conversation that was kept. What runs stays in sight, whichever it belongs to. */
    void resume(UUID id, List<Exchange> earlier) {
        kept.begin(id);
        var live = exchanges.stream().filter(running::containsKey).toList();
        exchanges.clear();
        earlier.stream().filter(exchange -> live.stream().noneMatch(each -> each.conversation().equals(id) && each.prompt().equals(exchange.prompt())))
                .skip(Math.max(0, earlier.size() - LONGEST)).forEach(exchanges::add);
        exchanges.addAll(live);
        select(live.isEmpty() ? null : live.getLast());
    }

    void ask(String prompt) {
        var exchange = new Exchange(prompt.strip(), Instant.now(), kept.id());
        var history = history();
        exchanges.add(exchange);
        while (exchanges.size() > LONGEST) {
            exchanges.removeFirst();
        }
        start(exchange, Task.<Answer>interruptible("Planning", monitor -> requests.get().ask(exchange.prompt(), history, exchange.conversation().toString()),
                outcome -> answered(exchange, outcome)));
    }

    /** Asks again, with what the question left open. */
    void choose(Exchange exchange, Choice choice) {
        ask(choice.prompt() != null ? choice.prompt() : exchange.prompt() + " " + choice.resource());
    }

    private List<Message> history() {
        var messages = new ArrayList<Message>();
        for (var exchange : exchanges) {
            if (!exchange.conversation().equals(kept.id())) {
                continue;
            }
            if (exchange.reply() instanceof Reply.Answered answered) {
                messages.add(new Message("user", exchange.prompt(), exchange.at()));
                messages.add(new Message("assistant", answered.answer().response().inWords(), answered.at()));
            } else if (exchange.reply() instanceof Reply.Kept earlier) {
                if (!exchange.prompt().isEmpty()) {
                    messages.add(new Message("user", exchange.prompt(), exchange.at()));
                }
                earlier.said().forEach(each -> messages.add(new Message("assistant", each.content(), each.at())));
            }
        }
        return messages;
    }

    private void answered(Exchange exchange, Outcome<Answer> outcome) {
        exchange.reply(switch (outcome) {
            case Outcome.Done<Answer> done -> new Reply.Answered(done.value(), PlanCard.of(done.value()).orElse(null), Instant.now());
            case Outcome.Failed<Answer> failed -> new Reply.Failed(failed.trouble());
            case Outcome.Cancelled<Answer> cancelled -> new Reply.Cancelled();
        });
        running.remove(exchange);
        keep(exchange, Role.USER, exchange.prompt(), List.of());
        if (outcome instanceof Outcome.Done<Answer> done) {
            keep(exchange, Role.ASSISTANT, done.value().response().inWords(), List.of());
        }
        if (exchange.plan().isPresent()) {
            selected = exchange;
        }
        changes.fire();
    }

    void reject(Exchange exchange) {
        if (exchange.progress() instanceof Progress.Proposed) {
            move(exchange, new Progress.Rejected());
        }
    }

    /** Consents to exactly the plan that is shown and runs it. Does nothing when it was run or rejected before. */
    synchronized void approve(Exchange exchange) {
        if (!(exchange.reply() instanceof Reply.Answered answered) || answered.plan() == null
                || !(exchange.progress() instanceof Progress.Proposed)) {
            return;
        }
        exchange.progress(new Progress.Running(0));
        var hash = answered.plan().approvalHash();
        var approval = hash == null ? null : new Approval(hash, System.getProperty("user.name"), Instant.now());
        var listener = new Listener(exchange);
        start(exchange, Task.<PlanResult>interruptible("Running a plan",
                monitor -> requests.get().run(answered.answer(), approval, listener), outcome -> ran(exchange, listener, outcome)));
    }

    private void keep(Exchange exchange, Role role, String content, List<UUID> executions) {
        kept.say(exchange.conversation(), role, content, executions,
                trouble -> exchange.output().add(OutputBuffer.Kind.NOTE, "This is not kept: " + trouble.what()));
    }

    /** Ends what runs for an exchange: the planning, or the plan with the processes it started. */
    void cancel(Exchange exchange) {
        var task = running.get(exchange);
        if (task != null) {
            task.cancel();
        }
    }

    private void start(Exchange exchange, Task<?> task) {
        running.put(exchange, task);
        changes.fire();
        task.schedule();
    }

    private void ran(Exchange exchange, Listener listener, Outcome<PlanResult> outcome) {
        var trouble = switch (outcome) {
            case Outcome.Done<PlanResult> done -> done.value().succeeded() ? null : failure(done.value());
            case Outcome.Failed<PlanResult> failed -> failed.trouble();
            case Outcome.Cancelled<PlanResult> cancelled -> null;
        };
        if (trouble != null) {
            exchange.output().add(OutputBuffer.Kind.NOTE, trouble.what());
        }
        keep(exchange, Role.ASSISTANT, outcome instanceof Outcome.Cancelled ? "The plan was cancelled."
                : trouble == null ? "The plan ran." : trouble.what(), listener.executions());
        running.remove(exchange);
        move(exchange, new Progress.Refreshing());
        var cancelled = outcome instanceof Outcome.Cancelled;
        Task.<List<StateChange>>interruptible("Reading what a plan changed", monitor -> newStates(exchange),
                states -> refreshed(exchange, trouble, cancelled, states)).schedule();
    }

    private List<StateChange> newStates(Exchange exchange) throws MissingServiceException, RequestException, InterruptedException {
        if (!(exchange.reply() instanceof Reply.Answered answered)) {
            return List.of();
        }
        var now = requests.get().refresh(answered.answer());
        return answered.plan().resources().stream().map(before -> StateChange.of(before, now)).toList();
    }

    private static Trouble failure(PlanResult result) {
        var last = result.steps().isEmpty() ? null : result.steps().getLast();
        if (last == null) {
            return new Trouble("No step was run", "");
        }
        var end = last.result();
        var why = end.error() != null ? end.error() : end.exitCode() == null ? words(end) : "exit code " + end.exitCode();
        return new Trouble("Step " + last.stepId() + " failed: " + why, "Steps after it were not run.");
    }

    private static String words(ExecutionResult result) {
        return result.status().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void refreshed(Exchange exchange, Trouble trouble, boolean cancelled, Outcome<List<StateChange>> outcome) {
        var states = outcome instanceof Outcome.Done<List<StateChange>> done ? done.value() : List.<StateChange>of();
        if (outcome instanceof Outcome.Failed<List<StateChange>> failed) {
            exchange.output().add(OutputBuffer.Kind.NOTE, "The new state could not be read: " + failed.trouble().what());
        }
        move(exchange, cancelled ? new Progress.Cancelled(states) : new Progress.Ended(trouble, states));
        events.postEvent(new Event(Topics.ESTATE_CHANGED, Map.of()));
    }

    private void move(Exchange exchange, Progress progress) {
        exchange.progress(progress);
        changes.fire();
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRequests(ComponentServiceObjects<RequestBuilder> objects) {
        requests.bind(objects);
    }

    void unbindRequests(ComponentServiceObjects<RequestBuilder> objects) {
        requests.unbind(objects);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindChats(ComponentServiceObjects<ChatStorage> objects) {
        kept.bind(objects);
    }

    void unbindChats(ComponentServiceObjects<ChatStorage> objects) {
        kept.unbind(objects);
    }

    /** Writes down what a running plan says. */
    private final class Listener implements PlanListener {
        private final Exchange exchange;
        private final List<UUID> executions = new ArrayList<>();
        private int step;

        Listener(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public synchronized void stepStarted(Step started, UUID executionId) {
            step++;
            executions.add(executionId);
            exchange.plan().stream().flatMap(plan -> plan.steps().stream()).filter(known -> known.id().equals(started.stepId()))
                    .forEach(known -> exchange.output().add(OutputBuffer.Kind.NOTE, "$ " + DisplayText.argv(known.argv())));
            move(exchange, new Progress.Running(step));
        }

        synchronized List<UUID> executions() {
            return List.copyOf(executions);
        }

        @Override
        public void line(Stream stream, String line) {
            exchange.output().add(stream == Stream.STDERR ? OutputBuffer.Kind.STDERR : OutputBuffer.Kind.STDOUT, line);
        }

        @Override
        public void ended(ExecutionResult result) {
            var how = result.exitCode() == null ? words(result) : "exit code " + result.exitCode();
            exchange.output().add(OutputBuffer.Kind.NOTE, how + " after " + Times.took(result.duration()));
        }
    }
}
