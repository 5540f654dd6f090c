package cloudops.execution;

import static java.util.Comparator.comparingInt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import cloudops.execution.internal.plan.PlanCheck;
import cloudops.execution.internal.plan.PlanReader;
import cloudops.execution.internal.plan.PlanSchema;
import cloudops.json.YamlDocument;
import cloudops.json.YamlDocument.SyntaxException;

/**
 * A plan in a file, YAML or JSON, as the schema {@code cloudops/execution/schema/execution-plan.schema.json} has it. Reading it finds all that
 * is wrong with the plan in itself; what only an engine can tell is in {@link ExecutionEngine#problems}, for which {@link #located} knows the
 * lines. A relative path of a script or a working directory is one in the folder of the file. IDs of executions, unless they are written
 * down, are new at each reading.
 */
public final class PlanFile {

    /** Far above any plan that a person would read before consenting to it. */
    public static final int MAX_BYTES = 1024 * 1024;

    private final ExecutionPlan plan;
    private final YamlDocument document;

    private PlanFile(ExecutionPlan plan, YamlDocument document) {
        this.plan = plan;
        this.document = document;
    }

    /** @throws PlanFileException with everything that is wrong; also when the file cannot be read */
    public static PlanFile read(Path file) throws PlanFileException {
        byte[] content;
        try (var in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw failure(0, "no such file: " + file);
        } catch (IOException e) {
            throw failure(0, "the file cannot be read: " + e.getMessage());
        }
        return of(content, file.toAbsolutePath().getParent());
    }

    /**
     * The same for a text that is no file.
     *
     * @param content UTF-8
     * @param folder in which relative paths are; null to leave them to the engine, which takes the folder it was started in
     */
    public static PlanFile of(byte[] content, Path folder) throws PlanFileException {
        if (content.length > MAX_BYTES) {
            throw failure(0, "the file is larger than " + MAX_BYTES / 1024 + " KiB; try: several plans");
        }
        YamlDocument document;
        try {
            document = new YamlDocument(content);
        } catch (SyntaxException e) {
            throw failure(e.line(), e.getMessage());
        }
        var problems = new ArrayList<>(PlanSchema.problems(document.root()));
        var reader = new PlanReader(document.root(), folder, problems);
        var plan = reader.plan();
        if (plan.isPresent()) {
            reader.add(PlanCheck.of(plan.get()));
            reader.add(PlanCheck.requests(plan.get()));
        }
        if (!problems.isEmpty()) {
            throw new PlanFileException(located(document, problems));
        }
        return new PlanFile(plan.orElseThrow(), document);
    }

    private static PlanFileException failure(int line, String message) {
        return new PlanFileException(List.of(new PlanProblem("", line, message)));
    }

    /** Without problems in itself, and without an approval. */
    public ExecutionPlan plan() {
        return plan;
    }

    /** The problems with the lines of this file, in their order. */
    public List<PlanProblem> located(List<PlanProblem> problems) {
        return located(document, problems);
    }

    private static List<PlanProblem> located(YamlDocument document, List<PlanProblem> problems) {
        return problems.stream().map(problem -> new PlanProblem(problem.pointer(), document.line(problem.pointer()), problem.message()))
                .distinct().sorted(comparingInt(PlanProblem::line)).toList();
    }
}
