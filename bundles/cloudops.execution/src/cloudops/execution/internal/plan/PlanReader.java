package cloudops.execution.internal.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.execution.Command;
import cloudops.execution.ExecutionJson;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanStep;

/**
 * Makes a plan of the tree of its file. Does what it can with a tree that breaks the schema, so that a person hears of a missing step and of
 * a misspelt option at the same time.
 */
public final class PlanReader {

    private static final int DEFAULT_CONCURRENCY = 4;
    private static final List<String> OF_THE_STEP = List.of("id", "request_id", "description", "depends_on");

    private final JsonNode root;
    private final Path folder;
    private final List<PlanProblem> problems;
    /** Pointers of what breaks the schema, and of all around it. */
    private final Set<String> broken = new HashSet<>();

    /**
     * @param folder in which relative paths are; null to leave them as they are
     * @param problems with the schema; more are added
     */
    public PlanReader(JsonNode root, Path folder, List<PlanProblem> problems) {
        this.root = root;
        this.folder = folder;
        this.problems = problems;
        for (var problem : problems) {
            for (var at = problem.pointer(); broken.add(at) && !at.isEmpty();) {
                at = at.substring(0, at.lastIndexOf('/'));
            }
        }
    }

    /** Adds what the schema has not said already in other words. */
    public void add(List<PlanProblem> found) {
        found.stream().filter(problem -> !broken.contains(problem.pointer())).forEach(problems::add);
    }

    /** @return empty when the tree is too far from being one */
    public Optional<ExecutionPlan> plan() {
        var list = root.path("steps");
        if (!list.isArray() || broken.contains("/strategy") || broken.contains("/id") || broken.contains("/description")) {
            return Optional.empty();
        }
        var steps = new ArrayList<PlanStep>(list.size());
        for (int i = 0; i < list.size(); i++) {
            var pointer = "/steps/" + i;
            if (!list.get(i).path("id").isTextual()) {
                return Optional.empty();
            }
            steps.add(step(pointer, list.get(i)));
        }
        var id = root.hasNonNull("id") ? UUID.fromString(root.get("id").textValue()) : UUID.randomUUID();
        return Optional.of(new ExecutionPlan(id, root.path("description").textValue(), strategy(root.path("strategy")), steps, null));
    }

    private static Strategy strategy(JsonNode strategy) {
        int limit = strategy.path("max_concurrency").asInt(DEFAULT_CONCURRENCY);
        return switch (strategy.path("type").asText("serial")) {
            case "parallel" -> new Strategy.Parallel(limit);
            case "graph" -> new Strategy.Graph(limit);
            default -> new Strategy.Serial(strategy.path("continue_on_error").asBoolean(false));
        };
    }

    private PlanStep step(String pointer, JsonNode step) {
        var dependsOn = new ArrayList<String>();
        step.path("depends_on").forEach(needed -> dependsOn.add(needed.asText()));
        return new PlanStep(step.path("id").textValue(), broken.contains(pointer) ? placeholder() : request(pointer, (ObjectNode) step), dependsOn,
                step.path("description").textValue());
    }

    /** Stands for a request that cannot be read; never leaves here, since there is a problem. */
    private static ExecutionRequest placeholder() {
        return ExecutionRequest.of(new Command.Exec(List.of("true")));
    }

    private ExecutionRequest request(String pointer, ObjectNode step) {
        var json = step.deepCopy().remove(OF_THE_STEP);
        json.put("id", step.path("request_id").asText(UUID.randomUUID().toString()));
        try {
            return inFolder(ExecutionJson.mapper().treeToValue(json, ExecutionRequest.class));
        } catch (JsonProcessingException e) {
            problems.add(new PlanProblem(pointer, e.getOriginalMessage()));
        } catch (IllegalArgumentException e) { // such as a path that the system does not know how to write
            problems.add(new PlanProblem(pointer, e.getMessage()));
        }
        return placeholder();
    }

    private ExecutionRequest inFolder(ExecutionRequest request) {
        if (folder == null) {
            return request;
        }
        var located = request.workingDir() == null ? request : request.withWorkingDir(folder.resolve(request.workingDir()));
        return request.command() instanceof Command.Script script
                ? located.withCommand(new Command.Script(script.interpreter(), folder.resolve(script.file()), script.args())) : located;
    }
}
