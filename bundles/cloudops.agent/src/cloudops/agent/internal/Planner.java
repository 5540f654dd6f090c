package cloudops.agent.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import cloudops.agent.ServerResponse.PlaybookRef;
import cloudops.agent.ServerResponse.RiskAssessment;
import cloudops.agent.ServerResponse.Script;
import cloudops.agent.ServerResponse.Step;
import cloudops.agent.internal.Values.UnusableException;
import cloudops.model.AwsResource;
import cloudops.model.Risk;
import cloudops.playbooks.Playbook;

/** Makes the plan of one playbook a resource: every parameter filled, every precondition looked at, the risk added up. */
final class Planner {

    /** From so many resources on a plan is a risk by its size alone. */
    private static final int MANY = 5;

    private final Words words;
    private final Clock clock;

    Planner(Words words, Clock clock) {
        this.words = words;
        this.clock = clock;
    }

    /** A playbook and the resource it shall act on. */
    record Task(Playbook playbook, AwsResource resource) {
    }

    /** What came of the tasks. */
    sealed interface Outcome {
    }

    /** @param explanation for people @param playbook of the first task */
    record Plan(Script script, RiskAssessment risk, String explanation, PlaybookRef playbook) implements Outcome {
    }

    /** None of the tasks can be done, and why. */
    record Impossible(String explanation) implements Outcome {
    }

    /** The user has to say more. */
    record Question(String text) implements Outcome {
    }

    Outcome plan(List<Task> tasks, Sentence sentence, String revision) {
        var steps = new ArrayList<Step>();
        var explanations = new ArrayList<String>();
        var refusals = new ArrayList<String>();
        var reasons = new LinkedHashSet<String>();
        var impacts = new LinkedHashSet<String>();
        var risk = Risk.LOW;
        int duration = 0;
        Optional<Playbook> first = Optional.empty();
        for (var task : tasks) {
            var assessment = Assessment.of(task.playbook(), task.resource());
            if (!assessment.blocked().isEmpty()) {
                refusals.add(refusal(task, assessment.blocked()));
                continue;
            }
            Values values;
            try {
                values = Values.of(task.playbook(), task.resource(), sentence, clock);
            } catch (UnusableException e) {
                if (e.askable()) {
                    return new Question(e.getMessage());
                }
                refusals.add(e.getMessage());
                continue;
            }
            addSteps(task, values, steps);
            explanations.add(values.text(task.playbook().explain()));
            impacts.add(values.text(task.playbook().risk().impact()));
            reasons.addAll(assessment.reasons());
            risk = risk.max(assessment.risk());
            duration += task.playbook().estimatedDuration();
            first = first.or(() -> Optional.of(task.playbook()));
        }
        if (first.isEmpty()) {
            return new Impossible(String.join("\n", refusals));
        }
        if (explanations.size() >= MANY) {
            reasons.add("Acts on " + explanations.size() + " resources at once");
            risk = Risk.HIGH;
        }
        explanations.addAll(refusals.stream().map(refusal -> "Left out: " + refusal).toList());
        return new Plan(new Script(List.copyOf(steps), duration),
                new RiskAssessment(risk, List.copyOf(reasons), String.join("; ", impacts)),
                String.join("\n", explanations),
                new PlaybookRef(first.get().id(), first.get().version(), revision));
    }

    /** Steps are numbered through the whole plan; dependencies stay within their resource. */
    private static void addSteps(Task task, Values values, List<Step> steps) {
        var numbers = new HashMap<String, String>();
        for (var step : task.playbook().steps()) {
            var number = Integer.toString(steps.size() + 1);
            numbers.put(step.id(), number);
            steps.add(new Step(number, step.command(), values.arguments(step.args()), values.text(step.description()),
                    task.resource().accountId(), task.resource().arn(), step.dependsOn().stream().map(numbers::get).toList()));
        }
    }

    private String refusal(Task task, List<String> blocked) {
        return "I cannot " + words.order(task.playbook().intent().operation()) + " " + Display.line(task.resource(), words) + ": "
                + blocked.stream().distinct().collect(Collectors.joining("; ")) + ".";
    }
}
