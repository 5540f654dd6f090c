package cloudops.agent;

/**
 * Knows operations and no estate: turns a prompt and the resources it names into an exact plan, an answer, or a question. Stateless,
 * thread-safe; runs in-process or behind the server.
 */
public interface Agent {

    /** @throws AgentException when no answer can be given at all */
    ServerResponse respond(EnrichedRequest request) throws AgentException;
}
