package cloudops.aws.internal;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import cloudops.execution.Approver;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.HistoryFilter;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanResult;
import cloudops.execution.Verdict;

/** An engine of which reads are used and nothing else. */
abstract class ReadingEngine implements ExecutionEngine {

    @Override
    public UUID execute(ExecutionRequest request) {
        throw new AssertionError("reads leave no trace");
    }

    @Override
    public Verdict verdict(Command command) {
        throw new AssertionError();
    }

    @Override
    public String approvalHash(ExecutionRequest request) {
        throw new AssertionError();
    }

    @Override
    public ExecutionRecord status(UUID id) {
        throw new AssertionError();
    }

    @Override
    public ExecutionResult result(UUID id) {
        throw new AssertionError();
    }

    @Override
    public CompletableFuture<ExecutionResult> completion(UUID id) {
        throw new AssertionError();
    }

    @Override
    public void cancel(UUID id) {
        throw new AssertionError();
    }

    @Override
    public AutoCloseable output(UUID id, OutputListener listener) {
        throw new AssertionError();
    }

    @Override
    public List<ExecutionRecord> history(HistoryFilter filter) {
        throw new AssertionError();
    }

    @Override
    public UUID executeWithApproval(ExecutionRequest request, Approver approver) {
        throw new AssertionError();
    }

    @Override
    public UUID executePlan(ExecutionPlan plan, PlanListener listener) {
        throw new AssertionError();
    }

    @Override
    public Verdict verdict(ExecutionRequest request) {
        throw new AssertionError();
    }

    @Override
    public Verdict verdict(ExecutionPlan plan) {
        throw new AssertionError();
    }

    @Override
    public String approvalHash(ExecutionPlan plan) {
        throw new AssertionError();
    }

    @Override
    public List<PlanProblem> problems(ExecutionPlan plan) {
        throw new AssertionError();
    }

    @Override
    public PlanResult planResult(UUID planId) {
        throw new AssertionError();
    }

    @Override
    public CompletableFuture<PlanResult> planCompletion(UUID planId) {
        throw new AssertionError();
    }

    @Override
    public InputStream readLogs(UUID id) {
        throw new AssertionError();
    }
}
