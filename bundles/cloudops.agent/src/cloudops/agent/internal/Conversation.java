package cloudops.agent.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.agent.AgentException;
import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.Match;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.Intent;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.agent.internal.Planner.Task;
import cloudops.agent.internal.Retrieval.Scored;
import cloudops.embedding.EmbeddingException;
import cloudops.model.AwsResource;
import cloudops.model.Risk;
import cloudops.playbooks.Playbook;
import cloudops.playbooks.Playbook.Kind;
import cloudops.playbooks.PlaybookRepository;

/** One request on its way to its answer: which operation, on which resources, and then a plan, an answer or a question. */
final class Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private static final double BY_WORDS = 0.95;
    private static final double BY_WORDS_AND_NAME = 0.99;
    private static final double BY_MEANING_AT_MOST = 0.9;
    /** Below this score of the retrieval a prompt is not understood. */
    private static final double UNDERSTOOD = 0.5;
    /** So much better than the next operation the best one must be, or the user is asked. */
    private static final double CLEAR = 0.12;
    /** As the schema of requests says. */
    private static final int LONGEST_PROMPT = 8000;
    /** So many resources are told about in full. */
    private static final int IN_FULL = 3;

    private final EnrichedRequest request;
    private final PlaybookRepository playbooks;
    private final Words words;
    private final Retrieval retrieval;
    private final Planner planner;
    private final Sentence sentence;
    private final Informant informant;
    private final Questions questions;
    private final Reading reading;

    Conversation(EnrichedRequest request, PlaybookRepository playbooks, Words words, Retrieval retrieval, Planner planner) {
        this.request = request;
        this.playbooks = playbooks;
        this.words = words;
        this.retrieval = retrieval;
        this.planner = planner;
        var prompt = request.prompt() == null || request.prompt().length() > LONGEST_PROMPT ? "" : request.prompt();
        sentence = new Sentence(prompt, request.identifiedResources(), words);
        reading = Reading.of(sentence, words);
        informant = new Informant(words);
        questions = new Questions(request, sentence, playbooks, words);
    }

    ServerResponse answer() throws AgentException {
        if (request.prompt() != null && request.prompt().length() > LONGEST_PROMPT) {
            return questions.tooLong(LONGEST_PROMPT);
        }
        if (sentence.isBlank()) {
            return questions.what();
        }
        var commands = reading.commands(words);
        if (commands.size() > 1) {
            return questions.whichOperation("I do one operation at a time. Which one first?", commands);
        }
        if (reading.operations().isEmpty() && !reading.negated().isEmpty()) {
            return inform(null, "You said not to " + reading.negated().stream().map(Words::readable).collect(Collectors.joining(", "))
                    + ", so nothing is done.");
        }
        if (reading.operations().isEmpty()) {
            return byMeaning();
        }
        return respond(commands.isEmpty() ? reading.operations().iterator().next() : commands.getFirst(), BY_WORDS);
    }

    private ServerResponse byMeaning() throws AgentException {
        var best = nearest();
        if (best.isEmpty()) {
            return questions.unable(null);
        }
        var first = best.getFirst();
        var lead = best.size() < 2 ? 1 : first.score() - best.get(1).score();
        LOG.debug("request {}: nearest playbook {} at {}, lead {}", request.requestId(), first.playbook().id(), first.score(), lead);
        // Vectors hardly know "not", and what cannot be undone needs a clear word: neither is taken for an order by its meaning alone.
        var doubtful = sentence.has(words::isNegation) || first.playbook().risk().base() == Risk.HIGH;
        if (first.score() < UNDERSTOOD || lead < CLEAR || doubtful) {
            return questions.whichOperation("I am not sure what you want. Do you mean one of these?",
                    best.stream().limit(3).map(scored -> scored.playbook().intent().operation()).toList());
        }
        return respond(first.playbook().intent().operation(), Math.min(first.score(), BY_MEANING_AT_MOST));
    }

    /** The best playbook of each operation that fits the types of the identified resources, best first. */
    private List<Scored> nearest() throws AgentException {
        var types = types();
        var best = new LinkedHashMap<String, Scored>();
        try {
            for (var scored : retrieval.rank(sentence.withNamesAs("it"))) {
                var intent = scored.playbook().intent();
                if (types.isEmpty() || intent.resourceType() == null || types.contains(intent.resourceType())) {
                    best.putIfAbsent(intent.operation(), scored);
                }
            }
        } catch (EmbeddingException e) {
            throw new AgentException("the prompt names no operation that is known by its words, and its meaning cannot be found: "
                    + e.getMessage(), e);
        }
        return List.copyOf(best.values());
    }

    private ServerResponse respond(String operation, double confidence) {
        var candidates = playbooks.all().stream().filter(each -> each.intent().operation().equals(operation)).toList();
        var intent = new Intent("aws", operation, confidence);
        if (candidates.isEmpty()) {
            return questions.unable(intent);
        }
        return candidates.getFirst().intent().kind() == Kind.COMMAND ? command(intent, candidates) : information(intent, candidates);
    }

    private ServerResponse command(Intent intent, List<Playbook> candidates) {
        if (reading.excepts()) {
            return questions.exception(intent);
        }
        if (request.identifiedResources().stream().anyMatch(each -> each.match().by().equals(Match.PART))) {
            return questions.tooMany(intent, request.identifiedResources().size());
        }
        var targets = Targets.of(sentence, request.identifiedResources(), resource -> playbookFor(resource, candidates).isPresent(), words);
        return switch (targets) {
            case Targets.None none when none.others().isEmpty() -> questions.notFound(intent);
            case Targets.None none -> questions.unfit(intent, none.others());
            case Targets.Ambiguous ambiguous -> questions.whichResource(intent, ambiguous);
            case Targets.Chosen chosen -> plan(intent, chosen, candidates);
        };
    }

    private ServerResponse plan(Intent understood, Targets.Chosen chosen, List<Playbook> candidates) {
        var tasks = chosen.resources().stream()
                .map(resource -> new Task(playbookFor(resource, candidates).orElseThrow(), resource))
                .toList();
        var intent = new Intent(tasks.getFirst().playbook().intent().service(), understood.operation(),
                chosen.exact() && understood.confidence() >= BY_WORDS ? BY_WORDS_AND_NAME : understood.confidence());
        return switch (planner.plan(tasks, sentence, playbooks.revision())) {
            case Planner.Impossible impossible -> inform(intent, impossible.explanation());
            case Planner.Question question -> questions.missing(intent, question.text());
            case Planner.Plan plan -> new ServerResponse(request.requestId(), ResponseType.COMMAND, plan.explanation(), intent,
                    plan.playbook(), plan.script(), plan.risk(), true, null, List.<Choice>of());
        };
    }

    private ServerResponse information(Intent intent, List<Playbook> candidates) {
        var identified = request.identifiedResources();
        if (intent.operation().equals("list")) {
            return inform(intent, informant.list(listing(candidates), identified));
        }
        // Reading harms nobody: equal matches are all told about instead of asked for.
        var resources = switch (Targets.of(sentence, identified, any -> true, words)) {
            case Targets.Chosen chosen -> chosen.resources();
            case Targets.Ambiguous ambiguous -> ambiguous.candidates();
            case Targets.None none -> none.others();
        };
        if (resources.isEmpty()) {
            return questions.notFound(intent);
        }
        if (intent.operation().equals("permissions")) {
            return inform(intent, informant.permissions(resources));
        }
        return inform(intent, resources.size() <= IN_FULL ? informant.describe(resources)
                : informant.list(listing(playbooks.all()), identified));
    }

    /** The listing of the type that all resources have, else the general one. */
    private Playbook listing(List<Playbook> candidates) {
        var types = types();
        var listings = candidates.stream().filter(each -> each.intent().operation().equals("list")).toList();
        return listings.stream().filter(each -> types.size() == 1 && types.contains(each.intent().resourceType())).findFirst()
                .or(() -> listings.stream().filter(each -> each.intent().resourceType() == null).findFirst())
                .orElseGet(listings::getFirst);
    }

    private Set<String> types() {
        return request.identifiedResources().stream().map(each -> each.resource().resourceType()).collect(Collectors.toSet());
    }

    private ServerResponse inform(Intent intent, String text) {
        return new ServerResponse(request.requestId(), ResponseType.INFORMATION, text, intent, null, null, null, false, null, List.of());
    }

    private static Optional<Playbook> playbookFor(AwsResource resource, List<Playbook> candidates) {
        return candidates.stream().filter(each -> resource.resourceType().equals(each.intent().resourceType())).findFirst();
    }
}
