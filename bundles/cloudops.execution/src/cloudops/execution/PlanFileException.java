package cloudops.execution;

import java.util.List;
import java.util.stream.Collectors;

/** A file that is no good plan, and everything that is wrong with it. */
public final class PlanFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<PlanProblem> problems;

    /** @param problems not empty, with their lines */
    public PlanFileException(List<PlanProblem> problems) {
        super(problems.stream().map(PlanProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** By line; not empty. */
    public List<PlanProblem> problems() {
        return problems;
    }
}
