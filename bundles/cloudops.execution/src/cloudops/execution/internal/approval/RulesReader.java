package cloudops.execution.internal.approval;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;

import cloudops.execution.Verdict.Decision;
import cloudops.json.YamlDocument;

/** Reads rules: YAML, then the JSON Schema {@code rules.schema.json}, then what a schema cannot say. */
final class RulesReader {

    private static final String SCHEMA_FILE = "/cloudops/execution/schema/rules.schema.json";
    private static final Map<String, Decision> SECTIONS = Map.of("never", Decision.NEVER, "ask", Decision.ASK, "allow", Decision.ALLOW);
    private static final String ANY_ARGUMENTS = "**";

    private final Schema schema = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12, registry -> registry
                    .schemaRegistryConfig(SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build()))
            .getSchema(RulesReader.class.getResourceAsStream(SCHEMA_FILE));

    /** @throws BadRulesException names the lines of everything that is wrong */
    List<Rule> read(byte[] content) throws BadRulesException {
        YamlDocument document;
        if (isEmpty(content)) {
            return List.of();
        }
        try {
            document = new YamlDocument(content);
        } catch (YamlDocument.SyntaxException e) {
            throw new BadRulesException((e.line() > 0 ? "line " + e.line() + ": " : "") + e.getMessage());
        }
        var problems = new ArrayList<String>();
        for (var error : schema.validate(document.root())) {
            problems.add(describe(document, error));
        }
        if (!problems.isEmpty()) {
            throw new BadRulesException(String.join("; ", problems.stream().distinct().toList()));
        }
        var rules = new ArrayList<Rule>();
        for (var section : document.root().properties()) {
            for (int i = 0; i < section.getValue().size(); i++) {
                int line = document.line("/" + section.getKey() + "/" + i);
                var rule = rule(SECTIONS.get(section.getKey()), line, section.getValue().get(i));
                problem(rule).ifPresent(problem -> problems.add("line " + line + ": " + problem));
                rules.add(rule);
            }
        }
        if (!problems.isEmpty()) {
            throw new BadRulesException(String.join("; ", problems));
        }
        return rules;
    }

    /** Whether there is nothing but comments. */
    private static boolean isEmpty(byte[] content) {
        return new String(content, StandardCharsets.UTF_8).lines().map(String::strip).allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }

    private static String describe(YamlDocument document, Error error) {
        var pointer = error.getInstanceLocation().toString();
        // an unknown property stands on a line of its own; a missing one is reported where its object begins
        var at = "additionalProperties".equals(error.getKeyword()) && error.getProperty() != null ? pointer + "/" + error.getProperty() : pointer;
        return "line " + document.line(at) + ": " + (pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.') + ": ") + error.getMessage();
    }

    private static Rule rule(Decision decision, int line, JsonNode json) {
        var aws = json.path("aws").asText(" ").split(" ", 2);
        var argv = new ArrayList<Glob>();
        json.path("argv").forEach(argument -> argv.add(new Glob(argument.asText())));
        boolean openEnded = !argv.isEmpty() && argv.getLast().toString().equals(ANY_ARGUMENTS);
        return new Rule(decision, line, json.has("aws") ? new Glob(aws[0]) : null, json.has("aws") ? new Glob(aws[1]) : null,
                List.copyOf(openEnded ? argv.subList(0, argv.size() - 1) : argv), openEnded, glob(json, "program"), text(json, "kind"),
                glob(json, "account"), glob(json, "region"), glob(json, "profile"), text(json, "reason"));
    }

    private static Optional<Glob> glob(JsonNode json, String name) {
        return text(json, name).map(Glob::new);
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
    }

    private static Optional<String> problem(Rule rule) {
        if (rule.argv().stream().map(Glob::toString).anyMatch(ANY_ARGUMENTS::equals)) {
            return Optional.of(ANY_ARGUMENTS + " stands for any further arguments and so comes last; write * for a single one");
        }
        return rule.decision() == Decision.ALLOW && !rule.argv().isEmpty() ? permitProblem(rule) : Optional.empty();
    }

    /** Why a rule that allows a program is none that can be kept. */
    private static Optional<String> permitProblem(Rule rule) {
        var program = rule.argv().getFirst();
        if (program.hasWildcard()) {
            return Optional.of("a rule that allows names its program without a wildcard; write out " + program);
        }
        if ((program.toString().contains("/") || program.toString().contains("\\")) && !Path.of(program.toString()).isAbsolute()) {
            return Optional.of("write the program with its whole path, or as its name alone for the one on the PATH, not " + program);
        }
        if (Programs.isAws(program.toString())) {
            return Optional.of("calls of the AWS CLI are allowed by service and operation; write aws: \"SERVICE OPERATION\"");
        }
        if (rule.hasWildcards() && Programs.runsArguments(program.toString())) {
            return Optional.of(program + " runs what its arguments say, so a wildcard would allow any command; write the arguments out");
        }
        return Optional.empty();
    }

    /** What is wrong with the rules, by line. */
    static final class BadRulesException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRulesException(String message) {
            super(message);
        }
    }
}
