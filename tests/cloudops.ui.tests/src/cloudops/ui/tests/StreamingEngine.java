package cloudops.ui.tests;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import cloudops.execution.Approver;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanResult;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.model.Risk;

/** Executions whose output and end the test decides. */
final class StreamingEngine implements ExecutionEngine {

    /** An execution, played by the test. */
    final class Run {
        private final UUID id = UUID.randomUUID();
        private final String command;
        private final Instant startedAt;
        private final ExecutionRequest.Metadata metadata;
        private final CompletableFuture<ExecutionResult> completion = new CompletableFuture<>();
        private final List<OutputListener> listeners = new ArrayList<>();
        private final List<Map.Entry<Stream, String>> lines = new ArrayList<>();
        private volatile ExecutionStatus status = ExecutionStatus.RUNNING;
        private volatile Integer exitCode;
        private volatile Instant completedAt;

        private Run(String command, Instant startedAt, ExecutionRequest.Metadata metadata) {
            this.command = command;
            this.startedAt = startedAt;
            this.metadata = metadata;
        }

        UUID id() {
            return id;
        }

        synchronized Run print(Stream stream, String line) {
            lines.add(Map.entry(stream, line));
            listeners.forEach(listener -> listener.line(stream, line));
            return this;
        }

        synchronized ExecutionResult end(ExecutionStatus how, Integer code, Instant at) {
            status = how;
            exitCode = code;
            completedAt = at;
            var result = new ExecutionResult(id, how, code, "", "", null, startedAt, at, (Path) null);
            listeners.forEach(listener -> listener.ended(result));
            completion.complete(result);
            return result;
        }

        private synchronized AutoCloseable subscribe(OutputListener listener) {
            lines.forEach(line -> listener.line(line.getKey(), line.getValue()));
            if (completion.isDone()) {
                listener.ended(completion.join());
            } else {
                listeners.add(listener);
            }
            return () -> {
                synchronized (Run.this) {
                    listeners.remove(listener);
                }
            };
        }

        private ExecutionRecord entry() {
            return new ExecutionRecord(id, "aws_cli", command, status, exitCode, null, startedAt, completedAt, metadata, null, null, Risk.MEDIUM, "jane",
                    null, null, null);
        }
    }

    private final List<Run> runs = new CopyOnWriteArrayList<>();

    Run start(String command, Instant at, String account, String description) {
        var run = new Run(command, at, new ExecutionRequest.Metadata("chat", Map.of(), null, account, description));
        runs.addFirst(run);
        return run;
    }

    void clear() {
        runs.clear();
    }

    private Run find(UUID id) throws ExecutionException {
        return runs.stream().filter(run -> run.id.equals(id)).findFirst()
                .orElseThrow(() -> new ExecutionException(Problem.NOT_FOUND, "no such execution"));
    }

    @Override
    public List<ExecutionRecord> history(HistoryFilter filter) {
        return runs.stream().map(Run::entry).toList();
    }

    @Override
    public AutoCloseable output(UUID id, OutputListener listener) throws ExecutionException {
        return find(id).subscribe(listener);
    }

    @Override
    public void cancel(UUID id) throws ExecutionException {
        find(id).end(ExecutionStatus.CANCELLED, null, Instant.now());
    }

    @Override
    public CompletableFuture<ExecutionResult> completion(UUID id) throws ExecutionException {
        return find(id).completion;
    }

    @Override
    public ExecutionRecord status(UUID id) throws ExecutionException {
        return find(id).entry();
    }

    @Override
    public ExecutionResult result(UUID id) throws ExecutionException {
        return find(id).completion.join();
    }

    @Override
    public UUID execute(ExecutionRequest request) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public Verdict verdict(Command command) {
        return new Verdict(Verdict.Effect.MUTATING, Risk.MEDIUM, Decision.ASK, "changes resources");
    }

    @Override
    public String approvalHash(ExecutionRequest request) {
        return "sha256:" + "0".repeat(64);
    }

    @Override
    public UUID executeWithApproval(ExecutionRequest request, Approver approver) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public UUID executePlan(ExecutionPlan plan, PlanListener listener) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public Verdict verdict(ExecutionRequest request) {
        return verdict(request.command());
    }

    @Override
    public Verdict verdict(ExecutionPlan plan) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public String approvalHash(ExecutionPlan plan) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public List<PlanProblem> problems(ExecutionPlan plan) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public PlanResult planResult(UUID planId) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public CompletableFuture<PlanResult> planCompletion(UUID planId) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }

    @Override
    public InputStream readLogs(UUID id) {
        throw new UnsupportedOperationException("the workbench runs nothing by itself");
    }
}
