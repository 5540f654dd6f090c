package cloudops.demo;

/** The demonstration could not be set up. */
public class DemoException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String remedy;

    /** @param remedy the line that mends it; null when there is none */
    public DemoException(Problem problem, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    public Problem problem() {
        return problem;
    }

    /** The line that mends it; null when there is none. */
    public String remedy() {
        return remedy;
    }

    /** What went wrong. */
    public enum Problem {
        NO_PYTHON, NO_MOTO, PORT_TAKEN, SIMULATOR, SEED, IO
    }
}
