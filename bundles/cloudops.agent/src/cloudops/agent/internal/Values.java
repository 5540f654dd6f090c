package cloudops.agent.internal;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.playbooks.CliArguments;
import cloudops.playbooks.Playbook;
import cloudops.playbooks.Playbook.Parameter;
import cloudops.playbooks.Template;

/** The values of a playbook's parameters for one resource, each checked; whatever a name holds, it stays one argument. */
final class Values {

    /** The hour, so that asking twice gives the same plan and thus the same approval hash. */
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd-HH'h'").withZone(ZoneOffset.UTC);

    private final AwsResource resource;
    private final Map<String, String> values;

    private Values(AwsResource resource, Map<String, String> values) {
        this.resource = resource;
        this.values = values;
    }

    /** A parameter has no value, or none that may go into a command. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean askable;

        /** @param askable whether the user can mend it by writing another prompt */
        UnusableException(String message, boolean askable) {
            super(message);
            this.askable = askable;
        }

        boolean askable() {
            return askable;
        }
    }

    static Values of(Playbook playbook, AwsResource resource, Sentence sentence, Clock clock) throws UnusableException {
        var values = new HashMap<String, String>();
        for (var parameter : playbook.parameters()) {
            var value = value(parameter, resource, sentence, values, clock);
            if (value.isPresent()) {
                check(parameter, value.get(), resource);
                values.put(parameter.name(), value.get());
            } else if (parameter.required()) {
                throw new UnusableException(parameter.description(), "prompt".equals(parameter.from()));
            }
        }
        return new Values(resource, values);
    }

    private static Optional<String> value(Parameter parameter, AwsResource resource, Sentence sentence, Map<String, String> earlier,
            Clock clock) {
        var given = "prompt".equals(parameter.from())
                ? extract(parameter.extract(), sentence.withoutNames())
                : Template.ofResource(parameter.from(), resource);
        if (given.isPresent() || parameter.defaultValue() == null) {
            return given;
        }
        return Optional.of(Template.fill(parameter.defaultValue(),
                name -> "clock.hour".equals(name) ? HOUR.format(clock.instant()) : earlier.getOrDefault(name, "")));
    }

    private static Optional<String> extract(String regex, String prompt) {
        var matcher = Pattern.compile(regex).matcher(prompt);
        if (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    return Optional.of(matcher.group(group));
                }
            }
        }
        return Optional.empty();
    }

    private static void check(Parameter parameter, String value, AwsResource resource) throws UnusableException {
        var fromPrompt = "prompt".equals(parameter.from());
        var what = fromPrompt ? "'" + Display.of(value) + "'" : "The " + parameter.from() + " '" + Display.of(value) + "' of "
                + Display.of(resource.arn());
        if (parameter.pattern() != null && !Pattern.compile(parameter.pattern()).matcher(value).matches()) {
            throw new UnusableException(what + " is no allowed value for " + parameter.name() + " (" + parameter.description()
                    + "), so I will not put it into a command.", fromPrompt);
        }
        if (parameter.pattern() == null && value.startsWith("-")) {
            throw new UnusableException(what + " would be taken for an option, so I will not put it into a command.", fromPrompt);
        }
        if (CliArguments.readsElsewhere(value)) {
            throw new UnusableException(what + " would make the AWS CLI read a file or a URL, so I will not put it into a command.",
                    fromPrompt);
        }
    }

    /** The argv of a step: an argument whose optional parameter has no value is left out, together with the option before it. */
    List<String> arguments(List<String> templates) {
        var arguments = new ArrayList<String>();
        for (var template : templates) {
            if (values.keySet().containsAll(Template.placeholders(template))) {
                arguments.add(json(template).map(this::fill).map(JsonNode::toString)
                        .orElseGet(() -> Template.fill(template, values::get)));
            } else if (!arguments.isEmpty() && arguments.getLast().startsWith("--")) {
                arguments.removeLast();
            }
        }
        return List.copyOf(arguments);
    }

    /** A text for people. */
    String text(String template) {
        return Template.fill(template, name -> Display.of(Optional.ofNullable(values.get(name))
                .or(() -> Template.isResourcePath(name) ? Template.ofResource(name, resource) : Optional.empty())
                .orElse("?")));
    }

    private static Optional<JsonNode> json(String template) {
        if (template.startsWith("[") || template.startsWith("{") && !template.startsWith("{{")) {
            try {
                return Optional.of(Json.mapper().readTree(template));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("the playbook's check lets no such argument pass: " + template, e);
            }
        }
        return Optional.empty();
    }

    private JsonNode fill(JsonNode node) {
        return switch (node) {
            case TextNode text -> TextNode.valueOf(Template.fill(text.textValue(), values::get));
            case ArrayNode array -> {
                var filled = Json.mapper().createArrayNode();
                array.forEach(element -> filled.add(fill(element)));
                yield filled;
            }
            case ObjectNode object -> {
                var filled = Json.mapper().createObjectNode();
                object.properties().forEach(member -> filled.set(member.getKey(), fill(member.getValue())));
                yield filled;
            }
            default -> node;
        };
    }
}
