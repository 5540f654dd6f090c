package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

import cloudops.agent.ServerResponse;
import cloudops.agent.ServerResponse.Choice;
import cloudops.agent.ServerResponse.Step;

/** The agent's answer for people. */
final class PlanText {

    private PlanText() {
    }

    static void print(ServerResponse response, PrintStream out) {
        out.println(DisplayText.of(response.explainPlan()));
        if (response.script() != null) {
            response.script().steps().forEach(step -> print(step, out));
        }
        var risk = response.riskAssessment();
        if (risk != null) {
            out.println("  risk    " + risk.level().name().toLowerCase(Locale.ROOT)
                    + (risk.reasons().isEmpty() ? "" : ": " + DisplayText.of(String.join("; ", risk.reasons()))));
            if (risk.impact() != null) {
                out.println("  impact  " + DisplayText.of(risk.impact()));
            }
        }
        printChoices(response.choices(), out);
    }

    /** A step exactly as it will run: arguments that hold anything but plain characters are quoted. */
    static String commandLine(Step step) {
        var line = new StringBuilder(step.command());
        step.args().forEach(arg -> line.append(' ').append(arg.matches("[\\w@%+=:,./-]+") ? arg : "'" + arg.replace("'", "'\\''") + "'"));
        return DisplayText.of(line.toString());
    }

    private static void print(Step step, PrintStream out) {
        out.println("  step " + step.stepId() + "  " + commandLine(step) + "   (account " + step.accountId() + ")");
    }

    private static void printChoices(List<Choice> choices, PrintStream out) {
        for (int i = 0; i < choices.size(); i++) {
            var choice = choices.get(i);
            out.println("  " + (i + 1) + "  " + DisplayText.of(choice.label()));
        }
    }
}
