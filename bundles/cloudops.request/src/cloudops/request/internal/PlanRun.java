package cloudops.request.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.agent.ServerResponse.Step;
import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.request.RequestBuilder.PlanListener;
import cloudops.request.RequestBuilder.PlanResult;
import cloudops.request.RequestBuilder.StepResult;
import cloudops.request.RequestException;
import cloudops.request.RequestException.Problem;

/** Runs the steps of an approved plan one after the other and stops at the first that fails. */
final class PlanRun {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRun.class);

    /** How long a slow listener may hold back the next step. */
    private static final long LISTENER_SECONDS = 5;

    private final ExecutionEngine engine;
    private final Approval approval;
    private final PlanListener listener;

    /** @param approval consent to the whole plan; null when it needs none */
    PlanRun(ExecutionEngine engine, Approval approval, PlanListener listener) {
        this.engine = engine;
        this.approval = approval;
        this.listener = listener;
    }

    PlanResult run(List<Step> steps, List<ExecutionRequest> requests) throws RequestException, InterruptedException {
        var results = new ArrayList<StepResult>();
        for (int i = 0; i < steps.size(); i++) {
            ExecutionResult result;
            try {
                result = run(steps.get(i), requests.get(i));
            } catch (RequestException e) {
                if (results.isEmpty()) {
                    throw e;
                }
                // Thrown on, it would take with it what the steps before have done.
                LOG.warn("step not run execution={}: {}", requests.get(i).id(), e.problem(), e);
                result = notRun(requests.get(i), e.getMessage());
            }
            results.add(new StepResult(steps.get(i).stepId(), result));
            if (!result.succeeded()) {
                return new PlanResult(List.copyOf(results), false);
            }
        }
        return new PlanResult(List.copyOf(results), true);
    }

    private static ExecutionResult notRun(ExecutionRequest request, String why) {
        var now = Instant.now();
        return new ExecutionResult(request.id(), ExecutionStatus.FAILED, null, "", "", why, now, now, null);
    }

    private ExecutionResult run(Step step, ExecutionRequest request) throws RequestException, InterruptedException {
        try {
            var approved = approval == null ? request
                    : request.withApproval(new Approval(engine.approvalHash(request), approval.approvedBy(), approval.approvedAt()));
            var id = engine.execute(approved);
            listener.stepStarted(step, id);
            var heard = new CountDownLatch(1);
            var subscription = engine.output(id, new Forwarding(listener, heard));
            try {
                var result = engine.result(id);
                if (!heard.await(LISTENER_SECONDS, TimeUnit.SECONDS)) {
                    LOG.info("listener is slower than the plan execution={}", id);
                }
                return result;
            } catch (InterruptedException e) {
                engine.cancel(id);
                throw e;
            } finally {
                close(subscription);
            }
        } catch (ExecutionException e) {
            throw new RequestException(switch (e.problem()) {
                case APPROVAL_REQUIRED, READ_ONLY -> Problem.REFUSED;
                default -> Problem.EXECUTION;
            }, "step " + step.stepId() + " was not run: " + e.getMessage(), e);
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

    private static void close(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.warn("subscription not closed: {}", e.getMessage(), e);
        }
    }
}
