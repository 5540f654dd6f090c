package cloudops.playbooks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;

import cloudops.model.Risk;

/**
 * One operation that the agent knows, as its YAML file says it.
 *
 * @param id unique: {@code aws_rds_stop_instance}
 * @param version semantic version
 * @param title one line for people
 * @param intent what it is for
 * @param parameters what must be filled, in order
 * @param preconditions what must hold, checked against the resource before a plan is made
 * @param steps what is run, in order; empty for playbooks that only inform
 * @param risk how much it may break
 * @param explain sentence with {@code {{placeholders}}} that tells the user what will happen
 * @param estimatedDuration seconds until the effect is there
 */
public record Playbook(String id, String version, String title, Intent intent, List<Parameter> parameters,
        List<Precondition> preconditions, List<Step> steps, RiskRules risk, String explain, int estimatedDuration) {

    public Playbook {
        parameters = copy(parameters);
        preconditions = copy(preconditions);
        steps = copy(steps);
    }

    /**
     * @param service {@code rds}
     * @param operation one word: {@code stop}
     * @param resourceType the type it acts on; null for playbooks that act on none or any
     * @param utterances sentences that mean it; the index for retrieval
     * @param kind COMMAND makes a plan, INFORMATION is answered from the estate
     */
    public record Intent(String service, String operation, String resourceType, List<String> utterances, Kind kind) {
        public Intent {
            utterances = copy(utterances);
        }
    }

    /** Whether the playbook runs something or answers from the estate. */
    public enum Kind {
        COMMAND, INFORMATION
    }

    /**
     * @param name as used in steps: {@code {{db_instance_identifier}}}
     * @param from where the value comes from: a {@link Template} path of the resource such as {@code resource.identifier}, or
     *        {@code prompt}
     * @param extract for {@code prompt}: regular expression, found anywhere in the prompt, whose first group that took part is the value;
     *        null otherwise
     * @param required whether the plan needs it
     * @param pattern regular expression the whole value must match; null for any
     * @param description for people: what to ask when it is missing
     * @param defaultValue used when nothing else fills it; may hold placeholders of the parameters before it; null for none
     */
    public record Parameter(String name, String from, String extract, boolean required, String pattern, String description,
            @JsonProperty("default") String defaultValue) {
    }

    /**
     * Exactly one of the three.
     *
     * @param constraint JSON name of a verdict that must not be false: {@code can_stop}; null when this is about something else
     * @param permission IAM action that must not be denied; null when this is about something else
     * @param states the resource's state must be one of these, where it is known; empty when this is about something else
     */
    public record Precondition(String constraint, String permission, List<String> states) {
        public Precondition {
            states = copy(states);
        }
    }

    /**
     * @param id unique in the playbook
     * @param description for people, with placeholders
     * @param command {@code aws <service> <operation>}
     * @param args argv, each an argument of its own, with placeholders; never a shell string. An argument that is a JSON object or array
     *        gets its placeholders filled inside its strings, so that a value cannot leave its string
     * @param dependsOn IDs of earlier steps that must have succeeded
     */
    public record Step(String id, String description, String command, List<String> args, List<String> dependsOn) {
        public Step {
            args = copy(args);
            dependsOn = copy(dependsOn);
        }
    }

    /**
     * @param base the least risk
     * @param impact what the user will notice
     * @param raise rules that raise it
     */
    public record RiskRules(Risk base, String impact, List<Raise> raise) {
        public RiskRules {
            raise = copy(raise);
        }
    }

    /**
     * @param when {@link Template} paths of the resource, without {@code resource.}, that must each have one of the values, in any case:
     *        {@code tags.environment|env} → [production, prod]; {@code |} separates alternatives
     * @param to the risk it raises to; null when it only adds a reason
     * @param reason for people
     */
    public record Raise(Map<String, List<String>> when, Risk to, String reason) {
        public Raise {
            when = when == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(when));
        }
    }

    private static <T> List<T> copy(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
