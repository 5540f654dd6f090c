package cloudops.request.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.agent.ServerResponse.Step;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.PlanStep;
import cloudops.request.RequestBuilder.PlanListener;
import cloudops.request.RequestBuilder.PlanResult;
import cloudops.request.RequestBuilder.StepResult;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;

/** Runs an approved plan and tells how it gets on, each step's output before the next begins. */
final class PlanRun implements cloudops.execution.PlanListener {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRun.class);

    /** How long a slow listener may hold back the next step. */
    private static final long LISTENER_SECONDS = 5;

    private final ExecutionEngine engine;
    private final Map<String, Step> steps;
    private final PlanListener listener;
    private final Map<String, CountDownLatch> heard = new ConcurrentHashMap<>();

    PlanRun(ExecutionEngine engine, List<Step> steps, PlanListener listener) {
        this.engine = engine;
        this.steps = steps.stream().collect(Collectors.toMap(Step::stepId, Function.identity(), (first, same) -> first));
        this.listener = listener;
    }

    PlanResult run(ExecutionPlan plan) throws RequestException, InterruptedException {
        try {
            engine.executePlan(plan, this);
            try {
                var result = engine.planResult(plan.id());
                return new PlanResult(result.steps().stream().filter(step -> step.status() != ExecutionStatus.SKIPPED)
                        .map(PlanRun::result).toList(), result.succeeded());
            } catch (InterruptedException e) {
                engine.cancel(plan.id());
                throw e;
            }
        } catch (ExecutionException e) {
            throw new RequestException(switch (e.problem()) {
                case APPROVAL_REQUIRED, READ_ONLY, FORBIDDEN -> Problem.REFUSED;
                default -> Problem.EXECUTION;
            }, "the plan was not run: " + e.getMessage(), e);
        }
    }

    private static StepResult result(cloudops.execution.PlanResult.StepResult step) {
        var now = Instant.now();
        return new StepResult(step.stepId(), step.result() != null ? step.result()
                : new ExecutionResult(null, step.status(), null, "", "", "it was not run: " + step.reason(), now, now, null));
    }

    @Override
    public void stepStarted(PlanStep step) {
        var id = step.request().id();
        listener.stepStarted(steps.get(step.id()), id);
        var end = new CountDownLatch(1);
        try {
            engine.output(id, new Forwarding(listener, end)); // ends with the step
            heard.put(step.id(), end);
        } catch (ExecutionException e) {
            LOG.warn("output is not shown execution={}: {}", id, e.problem(), e);
        }
    }

    @Override
    public void stepEnded(cloudops.execution.PlanResult.StepResult step, int done, int total) {
        var end = heard.remove(step.stepId());
        try {
            if (end != null && !end.await(LISTENER_SECONDS, TimeUnit.SECONDS)) {
                LOG.info("listener is slower than the plan step={}", step.stepId());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param heard opens when the listener has heard everything */
    private record Forwarding(PlanListener listener, CountDownLatch heard) implements OutputListener {
        @Override
        public void line(Stream stream, String line) {
            listener.line(stream, line);
        }

        @Override
        public void ended(ExecutionResult result) {
            try {
                listener.ended(result);
            } finally {
                heard.countDown();
            }
        }
    }
}
