package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.Step;
import cloudops.model.DisplayText;

/** The agent's answer for people. */
final class PlanText {

    private PlanText() {
    }

    static void print(ServerResponse response, PrintStream out) {
        out.println(DisplayText.line(response.explainPlan()));
        if (response.script() != null) {
            response.script().steps().forEach(step -> print(step, out));
        }
        var risk = response.riskAssessment();
        if (risk != null) {
            out.println("  risk    " + risk.level().name().toLowerCase(Locale.ROOT)
                    + (risk.reasons().isEmpty() ? "" : ": " + DisplayText.line(String.join("; ", risk.reasons()))));
            if (risk.impact() != null) {
                out.println("  impact  " + DisplayText.line(risk.impact()));
            }
        }
        printChoices(response.choices(), out);
    }

    /** A step exactly as it will run, each argument told apart from the next. */
    static String commandLine(Step step) {
        return DisplayText.line(step.command()) + " " + DisplayText.argv(step.args());
    }

    private static void print(Step step, PrintStream out) {
        out.println("  step " + step.stepId() + "  " + commandLine(step) + "   (account " + step.accountId() + ")");
    }

    private static void printChoices(List<Choice> choices, PrintStream out) {
        for (int i = 0; i < choices.size(); i++) {
            var choice = choices.get(i);
            out.println("  " + (i + 1) + "  " + DisplayText.line(choice.label()));
        }
    }
}
