package cloudops.execution.internal.approval;

import static cloudops.execution.internal.EngineFixture.exec;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.EngineFixture;

/** Every way into the engine, tried without a person's consent. {@link EntriesTest} sees that none is missing. */
enum Entry {

    EXECUTE("execute") {
        @Override
        void enter(EngineFixture fixture, ExecutionRequest request) throws Exception {
            fixture.end(fixture.engine.execute(request));
        }
    },
    EXECUTE_WITH_CONSENT_TO_SOMETHING_ELSE("execute") {
        @Override
        void enter(EngineFixture fixture, ExecutionRequest request) throws Exception {
            var other = new Approval(fixture.engine.approvalHash(exec("true")), "tester", Instant.now());
            fixture.end(fixture.engine.execute(request.withApproval(other)));
        }
    },
    EXECUTE_READ_ONLY("executeReadOnly") {
        @Override
        void enter(EngineFixture fixture, ExecutionRequest request) throws Exception {
            fixture.engine.executeReadOnly(request).get(30, SECONDS);
        }
    },
    EXECUTE_WITH_APPROVAL("executeWithApproval") {
        @Override
        void enter(EngineFixture fixture, ExecutionRequest request) throws Exception {
            var result = fixture.end(fixture.engine.executeWithApproval(request, (shown, verdict) -> Optional.empty()));
            if (result.status() == ExecutionStatus.CANCELLED) {
                throw new ExecutionException(Problem.APPROVAL_REQUIRED, "the person refused");
            }
        }
    },
    EXECUTE_PLAN("executePlan") {
        @Override
        void enter(EngineFixture fixture, ExecutionRequest request) throws Exception {
            fixture.engine.planCompletion(fixture.engine.executePlan(plan(request))).get(30, SECONDS);
        }
    };

    /** The method of the engine. */
    final String method;

    Entry(String method) {
        this.method = method;
    }

    /** @throws ExecutionException when it was refused; without one, it ran to its end */
    abstract void enter(EngineFixture fixture, ExecutionRequest request) throws Exception;

    /** Whether a request with a new ID is turned away because nobody consented, or because nobody may. */
    boolean refuses(EngineFixture fixture, ExecutionRequest request) throws Exception {
        try {
            enter(fixture, request.withId(UUID.randomUUID()));
            return false;
        } catch (ExecutionException e) {
            // a plan names all that is wrong with it at once, steps that a rule forbids among it
            return e.problem() == Problem.APPROVAL_REQUIRED || e.problem() == Problem.FORBIDDEN || e.problem() == Problem.INVALID_PLAN;
        }
    }

    static ExecutionPlan plan(ExecutionRequest request) {
        return new ExecutionPlan(UUID.randomUUID(), null, new ExecutionPlan.Strategy.Serial(false),
                List.of(new PlanStep("only", request, List.of(), null)), null);
    }
}
