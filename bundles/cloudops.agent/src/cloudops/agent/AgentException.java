package cloudops.agent;

/** The agent could not answer. */
public class AgentException extends Exception {

    private static final long serialVersionUID = 1L;

    public AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
