package cloudops.request;

import java.util.List;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.Message;
import cloudops.agent.ServerResponse;
import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionResult;
import cloudops.model.AwsResource;

/**
 * From a sentence to a plan, and from an approved plan to its effect. Thread-safe; blocks.
 */
public interface RequestBuilder {

    /** Finds the resources a prompt names and builds what the agent is sent; nothing leaves the machine. */
    EnrichedRequest build(String prompt, List<Message> history) throws RequestException;

    /** Builds the request, asks the agent, checks its answer as hostile input and adds the approval hash. */
    default Answer ask(String prompt, List<Message> history) throws RequestException, InterruptedException {
        return ask(prompt, history, null);
    }

    /** @param conversationId by which the history of executions names the conversation that the plan comes from; null for none */
    Answer ask(String prompt, List<Message> history, String conversationId) throws RequestException, InterruptedException;

    /**
     * Runs the plan of an answer, step by step, each through the execution engine; stops at the first step that fails.
     * A later step that the engine refuses or cannot start is a failed result without an exit code, after the results of those that ran.
     *
     * @param approval consent to {@code answer.response().approvalHash()}; null when none was given
     * @throws RequestException {@code REFUSED} when consent is missing, expired, or to something else; {@code NOTHING_TO_RUN}
     */
    PlanResult run(Answer answer, Approval approval, PlanListener listener) throws RequestException, InterruptedException;

    /**
     * Scans the scopes (account × region × type) of what the plan of an answer touches.
     *
     * @return the touched resources that are still there, as the scan found them, in the order of the plan; empty without a plan
     * @throws RequestException {@code EXECUTION} when a scope could not be scanned to its end, {@code NO_PROFILE}, {@code STORAGE}
     */
    List<AwsResource> refresh(Answer answer) throws RequestException, InterruptedException;

    /** @param request what was sent @param response what came back @param conversationId that it belongs to; null for none */
    record Answer(EnrichedRequest request, ServerResponse response, String conversationId) {
        public Answer(EnrichedRequest request, ServerResponse response) {
            this(request, response, null);
        }
    }

    /** @param steps results in the order of the plan; steps after a failed one are missing */
    record PlanResult(List<StepResult> steps, boolean succeeded) {
    }

    /** @param stepId the plan's */
    record StepResult(String stepId, ExecutionResult result) {
    }

    /** Hears of a running plan, from any thread. */
    interface PlanListener extends OutputListener {
        /** A step starts as this execution. */
        default void stepStarted(ServerResponse.Step step, java.util.UUID executionId) {
        }
    }
}
