package cloudops.playbooks.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.json.Json;
import cloudops.playbooks.CliArguments;
import cloudops.playbooks.Playbook;
import cloudops.playbooks.Playbook.Kind;
import cloudops.playbooks.Playbook.Parameter;
import cloudops.playbooks.Playbook.Step;
import cloudops.playbooks.Template;
import cloudops.playbooks.internal.PlaybookReader.Finding;

/** What a JSON Schema cannot say of a playbook: names that must fit together, and arguments that must stay arguments. */
final class PlaybookChecks {

    private static final Pattern COMMAND = Pattern.compile("aws [a-z][a-z0-9-]* [a-z][a-z0-9-]*");

    private final Playbook playbook;
    private final Set<String> parameters = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    PlaybookChecks(Playbook playbook) {
        this.playbook = playbook;
    }

    List<Finding> findings() {
        for (int i = 0; i < playbook.parameters().size(); i++) {
            parameter(playbook.parameters().get(i), "/parameters/" + i);
        }
        steps();
        risk();
        texts("/explain", playbook.explain());
        return findings;
    }

    private void parameter(Parameter parameter, String at) {
        regex(parameter.pattern(), at + "/pattern");
        regex(parameter.extract(), at + "/extract");
        var fromPrompt = "prompt".equals(parameter.from());
        if (!fromPrompt && !Template.isResourcePath(parameter.from())) {
            add(at + "/from", "'" + parameter.from() + "' is no source of values; write prompt, resource.identifier, resource.arn, "
                    + "resource.name, resource.region, resource.tags.KEY or resource.metadata.KEY");
        }
        if (fromPrompt != (parameter.extract() != null)) {
            add(at, "'extract' goes with 'from: prompt', and only with it");
        }
        if (parameter.defaultValue() != null) {
            for (var name : Template.placeholders(parameter.defaultValue())) {
                if (!parameters.contains(name) && !"clock.hour".equals(name)) {
                    add(at + "/default", "{{" + name + "}} is no parameter declared before this one");
                }
            }
        }
        if (!parameters.add(parameter.name())) {
            add(at + "/name", "the parameter '" + parameter.name() + "' is declared twice");
        }
    }

    private void steps() {
        if (playbook.intent().kind() == Kind.INFORMATION && !playbook.steps().isEmpty()) {
            add("/steps", "a playbook of kind information runs nothing; remove its steps or make it a command");
        }
        var earlier = new HashSet<String>();
        for (int i = 0; i < playbook.steps().size(); i++) {
            var step = playbook.steps().get(i);
            var at = "/steps/" + i;
            step(step, at);
            for (var needed : step.dependsOn()) {
                if (!earlier.contains(needed)) {
                    add(at + "/depends_on", "depends on '" + needed + "', which is no step before this one");
                }
            }
            if (!earlier.add(step.id())) {
                add(at + "/id", "the step id '" + step.id() + "' is there twice");
            }
        }
    }

    private void step(Step step, String at) {
        if (!COMMAND.matcher(step.command()).matches()) {
            add(at + "/command", "write 'aws <service> <operation>' and nothing else; the rest belongs into args");
        }
        texts(at + "/description", step.description());
        for (int i = 0; i < step.args().size(); i++) {
            argument(step.args().get(i), at + "/args/" + i);
        }
    }

    private void argument(String argument, String at) {
        for (var name : Template.placeholders(argument)) {
            if (!parameters.contains(name)) {
                add(at, "{{" + name + "}} is no declared parameter; declare it under parameters");
            }
        }
        if (CliArguments.belongsToUser(argument)) {
            add(at, "the option " + argument + " belongs to the user, not to a playbook");
        }
        if (CliArguments.readsElsewhere(argument)) {
            add(at, "the AWS CLI would read this value from elsewhere; write the value itself");
        }
        if (argument.startsWith("-") && !Template.placeholders(argument).isEmpty()) {
            add(at, "an option holds no placeholder; write its value as an argument of its own");
        }
        if (isJson(argument)) {
            try {
                Json.mapper().readTree(argument);
            } catch (JsonProcessingException e) {
                add(at, "begins like JSON but is none: " + e.getOriginalMessage());
            }
        }
    }

    private void risk() {
        for (int i = 0; i < playbook.risk().raise().size(); i++) {
            for (var path : playbook.risk().raise().get(i).when().keySet()) {
                if (!Template.isFact(path)) {
                    add("/risk/raise/" + i + "/when", "'" + path + "' is no fact of a resource; write state, account_name, tags.KEY, "
                            + "metadata.KEY or constraints.KEY");
                }
            }
        }
        texts("/risk/impact", playbook.risk().impact());
    }

    /** Texts for people may also name facts of the resource. */
    private void texts(String at, String text) {
        for (var name : Template.placeholders(text)) {
            if (!parameters.contains(name) && !Template.isResourcePath(name)) {
                add(at, "{{" + name + "}} is neither a declared parameter nor a fact such as resource.name");
            }
        }
    }

    private void regex(String pattern, String at) {
        if (pattern != null) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                add(at, "is no regular expression: " + e.getDescription() + " near index " + e.getIndex());
            }
        }
    }

    private void add(String pointer, String message) {
        findings.add(new Finding(pointer, message));
    }

    private static boolean isJson(String argument) {
        return argument.startsWith("[") || argument.startsWith("{") && !argument.startsWith("{{");
    }
}
