package cloudops.agent.internal;

import java.time.Clock;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.agent.Agent;
import cloudops.agent.AgentException;
import cloudops.agent.EnrichedRequest;
import cloudops.agent.ServerResponse;
import cloudops.embedding.Embedder;
import cloudops.playbooks.PlaybookRepository;

/**
 * Understands prompts by their words, where these leave no doubt, else by the meaning of the playbooks' utterances; needs no language
 * model. What it does not understand for certain, it asks.
 */
@Component
public final class PlaybookAgent implements Agent {

    private final PlaybookRepository playbooks;
    private final Words words = new Words();
    private final Retrieval retrieval;
    private final Planner planner;

    @Activate
    public PlaybookAgent(@Reference PlaybookRepository playbooks, @Reference Embedder embedder) {
        this(playbooks, embedder, Clock.systemUTC());
    }

    PlaybookAgent(PlaybookRepository playbooks, Embedder embedder, Clock clock) {
        this.playbooks = playbooks;
        retrieval = new Retrieval(embedder, playbooks.all());
        planner = new Planner(words, clock);
    }

    @Override
    public ServerResponse respond(EnrichedRequest request) throws AgentException {
        return new Conversation(request, playbooks, words, retrieval, planner).answer();
    }
}
