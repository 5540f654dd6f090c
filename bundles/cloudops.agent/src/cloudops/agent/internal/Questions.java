package cloudops.agent.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.Intent;
import cloudops.agent.ServerResponse.ResponseType;
import cloudops.model.AwsResource;
import cloudops.playbooks.Playbook.Kind;
import cloudops.playbooks.PlaybookRepository;

/** What is asked back. Each choice comes with the prompt that chooses it, so that the agent itself remembers nothing. */
final class Questions {

    private static final int MOST_CHOICES = 10;

    private final EnrichedRequest request;
    private final Sentence sentence;
    private final PlaybookRepository playbooks;
    private final Words words;

    Questions(EnrichedRequest request, Sentence sentence, PlaybookRepository playbooks, Words words) {
        this.request = request;
        this.sentence = sentence;
        this.playbooks = playbooks;
        this.words = words;
    }

    ServerResponse what() {
        return ask(null, "What shall I do? For example: stop NAME, or: list the databases.", listings());
    }

    ServerResponse tooLong(int limit) {
        return ask(null, "That is longer than " + limit + " characters. Say it in fewer words.", List.of());
    }

    ServerResponse whichOperation(String question, List<String> operations) {
        return ask(null, question, operations.stream()
                .map(operation -> new Choice(Words.readable(operation), null, order(operation, exactResources())))
                .toList());
    }

    ServerResponse whichResource(Intent intent, Targets.Ambiguous ambiguous) {
        var candidates = ambiguous.candidates();
        var choices = candidates.stream()
                .limit(MOST_CHOICES)
                .map(each -> new Choice(Display.line(each, words), each.arn(), sentence.prompt() + " " + each.arn()))
                .collect(Collectors.toCollection(ArrayList::new));
        if (candidates.size() > 1 && candidates.size() <= MOST_CHOICES && !intent.operation().equals("delete")) {
            choices.add(new Choice("All " + candidates.size() + " of them", null, sentence.prompt() + " " + arns(candidates)));
        }
        var what = ambiguous.named() == null ? "the description" : "'" + Display.of(ambiguous.named()) + "'";
        return ask(intent, candidates.size() == 1 ? "Nothing fits exactly. Do you mean this one?"
                : candidates.size() + " resources fit " + what + " equally. Which one shall I " + words.order(intent.operation()) + "?"
                        + (candidates.size() > MOST_CHOICES ? " These are the first " + MOST_CHOICES + "." : ""),
                choices);
    }

    ServerResponse notFound(Intent intent) {
        return ask(intent, "I found no resource that fits. Write its name, ID or ARN as the estate shows it, a name with spaces in "
                + "quotation marks.", listings());
    }

    ServerResponse exception(Intent intent) {
        return ask(intent, "I do not understand exceptions yet: name the resources to " + words.order(intent.operation()) + ".", List.of());
    }

    /** @param listed so many of them the request has */
    ServerResponse tooMany(Intent intent, int listed) {
        return ask(intent, "More than " + listed + " resources fit, and I do not act on a part of them. Narrow them down by a name, "
                + "tag, region or account.", List.of());
    }

    /** There are resources, but no playbook does that to them. */
    ServerResponse unfit(Intent intent, List<AwsResource> resources) {
        var labels = new LinkedHashSet<String>();
        resources.forEach(each -> labels.add(words.oneOf(each.resourceType())));
        return ask(intent, "I know no way to " + words.order(intent.operation()) + " " + String.join(" or ", labels)
                + ". This is what I can do.", possible(resources.getFirst()));
    }

    /** No playbook does that at all. @param intent null when it was not understood */
    ServerResponse unable(Intent intent) {
        var exact = exactResources();
        return ask(intent, "I have no playbook for that, so nothing is done. This is what I can do.",
                exact.isEmpty() ? listings() : possible(exact.getFirst()));
    }

    /** The plan lacks a value that only the user knows. */
    ServerResponse missing(Intent intent, String question) {
        return ask(intent, question, List.of());
    }

    private List<Choice> listings() {
        return playbooks.all().stream()
                .filter(each -> each.intent().operation().equals("list") && each.intent().resourceType() != null)
                .map(each -> new Choice(each.title(), null, each.title()))
                .toList();
    }

    private List<Choice> possible(AwsResource resource) {
        return playbooks.all().stream()
                .filter(each -> each.intent().kind() == Kind.COMMAND && resource.resourceType().equals(each.intent().resourceType()))
                .map(each -> new Choice(each.title(), null, order(each.intent().operation(), List.of(resource))))
                .limit(MOST_CHOICES)
                .toList();
    }

    private List<AwsResource> exactResources() {
        return request.identifiedResources().stream()
                .filter(each -> each.match().by().startsWith("exact"))
                .map(IdentifiedResource::resource)
                .limit(MOST_CHOICES)
                .toList();
    }

    private static String order(String operation, List<AwsResource> resources) {
        return (Words.readable(operation) + " " + arns(resources)).strip();
    }

    private static String arns(List<AwsResource> resources) {
        return resources.stream().map(AwsResource::arn).collect(Collectors.joining(" and "));
    }

    private ServerResponse ask(Intent intent, String text, List<Choice> choices) {
        return new ServerResponse(request.requestId(), ResponseType.CLARIFICATION, text, intent, null, null, null, false, null, choices);
    }
}
