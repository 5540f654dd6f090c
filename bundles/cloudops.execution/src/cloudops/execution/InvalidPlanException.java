package cloudops.execution;

import java.util.List;
import java.util.stream.Collectors;

/** A plan of which nothing was run, and everything that is wrong with it. Its problem is {@code INVALID_PLAN}. */
public final class InvalidPlanException extends ExecutionException {

    private static final long serialVersionUID = 1L;

    private final transient List<PlanProblem> problems;

    /** @param problems not empty */
    public InvalidPlanException(List<PlanProblem> problems) {
        super(Problem.INVALID_PLAN, message(problems));
        this.problems = List.copyOf(problems);
    }

    private static String message(List<PlanProblem> problems) {
        return problems.size() == 1 ? "the plan has an error: " + problems.getFirst()
                : "the plan has " + problems.size() + " errors:\n" + problems.stream().map(PlanProblem::toString).collect(Collectors.joining("\n"));
    }

    /** Not empty. */
    public List<PlanProblem> problems() {
        return problems;
    }
}
