package cloudops.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import cloudops.model.Risk;
import cloudops.playbooks.CliArguments;

/**
 * The agent's answer; JSON as {@code wire.md} shows it.
 *
 * @param requestId the request's
 * @param responseType what the answer is
 * @param explainPlan for people: what will happen, the information, or the question
 * @param intent how the prompt was understood; null when it was not
 * @param playbook what the plan was made from; null without a plan
 * @param script the plan; null unless the type is COMMAND
 * @param riskAssessment null unless the type is COMMAND
 * @param approvalRequired whether a person must consent before the plan runs
 * @param approvalHash computed by the client over exactly what will run; null from the agent
 * @param choices for CLARIFICATION: what the user may answer
 */
public record ServerResponse(String requestId, ResponseType responseType, String explainPlan, Intent intent, PlaybookRef playbook,
        Script script, RiskAssessment riskAssessment, boolean approvalRequired, String approvalHash, List<Choice> choices) {

    public ServerResponse {
        choices = choices == null ? List.of() : List.copyOf(choices);
    }

    public ServerResponse withApprovalHash(String hash) {
        return new ServerResponse(requestId, responseType, explainPlan, intent, playbook, script, riskAssessment, approvalRequired, hash,
                choices);
    }

    /** What a conversation keeps of it, for people and for the agent: what it says, and what could be answered to a question, one numbered line each. */
    public String inWords() {
        var words = new StringBuilder(explainPlan);
        for (int i = 0; i < choices.size(); i++) {
            var choice = choices.get(i);
            words.append('\n').append(i + 1).append(". ").append(choice.label().replaceAll("\\R", " "));
            if (choice.resource() != null) {
                words.append(" (").append(choice.resource()).append(')');
            }
        }
        return words.toString();
    }

    /** What an answer is. */
    public enum ResponseType {
        COMMAND, INFORMATION, CLARIFICATION
    }

    /** @param confidence 0 to 1 */
    public record Intent(String service, String operation, double confidence) {
    }

    public record PlaybookRef(String id, String version, String commit) {
    }

    /** @param estimatedDuration seconds */
    public record Script(List<Step> steps, int estimatedDuration) {
    }

    /**
     * @param command {@code aws rds stop-db-instance}; split on spaces once
     * @param args passed as they are
     * @param accountId whose credentials run it
     * @param resource ARN it acts on; null for none
     */
    public record Step(String stepId, String command, List<String> args, String description, String accountId, String resource,
            List<String> dependsOn) {

        private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9-]*");

        /**
         * What of the arguments the AWS CLI would take for more than a value or an option of the operation, one line a fault; empty for
         * a step that may be shown.
         */
        public List<String> faults() {
            var faults = new ArrayList<String>();
            for (var argument : args) {
                if (argument.indexOf('\0') >= 0) {
                    faults.add("an argument has a NUL character");
                } else if (CliArguments.readsElsewhere(argument)) {
                    faults.add("the AWS CLI would read an argument from elsewhere");
                } else if (CliArguments.belongsToUser(argument)) {
                    faults.add("it sets " + argument + ", which only the user may");
                } else if (argument.startsWith("-") && !OPTION.matcher(argument).matches()) {
                    faults.add("an argument begins like an option and is none");
                }
            }
            return List.copyOf(faults);
        }
    }

    public record RiskAssessment(Risk level, List<String> reasons, String impact) {
    }

    /** @param label for people @param resource ARN to choose; null @param prompt prompt to send instead; null */
    public record Choice(String label, String resource, String prompt) {
    }
}
