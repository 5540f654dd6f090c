package cloudops.execution.internal.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.approval.Programs;
import cloudops.execution.internal.process.CliOption;

/** All texts of a request that reach its process, one by one, to be looked at or replaced. */
final class RequestTexts {

    /** Whom to call, where and as whom: decided by the plan's author and never by an output. */
    private static final List<String> SCOPE_OPTIONS = List.of("--profile", "--region", "--endpoint-url", "--ca-bundle");

    /**
     * The names of the variables for outputs. Any other may be one by which some program lets itself be told what to load, where to connect
     * or as whom, as PATH, LD_PRELOAD, BASH_ENV and HTTPS_PROXY do; nobody knows them all.
     */
    private static final Pattern OWN_VARIABLE = Pattern.compile("STEP_[A-Za-z0-9_]+");

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

    private final Mapping mapping;

    private RequestTexts(Mapping mapping) {
        this.mapping = mapping;
    }

    /** Where references may stand. */
    enum Place {
        /** A reference may be the whole text. */
        WHOLE,
        /** References may be parts of the text. */
        PARTS,
        /** No reference may stand here. */
        NONE
    }

    /** Sees each text, and says what takes its place. */
    @FunctionalInterface
    interface Mapping {

        /**
         * @param pointer of the text in the request's JSON
         * @return the text itself where nothing is to change; not looked at for {@link Place#NONE}
         */
        String apply(String pointer, Place place, String text) throws ExecutionException;
    }

    /** The JSON objects of requests, exactly: no number loses digits, no name comes twice. */
    static JsonMapper json() {
        return JSON;
    }

    /** The request with its texts replaced. */
    static ExecutionRequest map(ExecutionRequest request, Mapping mapping) throws ExecutionException {
        var texts = new RequestTexts(mapping);
        texts.none("/working_dir", request.workingDir() == null ? null : request.workingDir().toString());
        return request.withCommand(texts.command(request.command())).withEnv(texts.env(request.env()));
    }

    private Command command(Command command) throws ExecutionException {
        return switch (command) {
            case Command.Exec exec -> {
                var argv = exec.argv();
                if (argv.isEmpty()) {
                    yield exec;
                }
                none("/command/argv/0", argv.getFirst());
                var mapped = new ArrayList<>(argv);
                boolean run = Programs.runsArguments(argv.getFirst());
                for (int i = 1; i < argv.size(); i++) {
                    var text = mapping.apply("/command/argv/" + i, run ? Place.NONE : Place.WHOLE, argv.get(i));
                    mapped.set(i, run ? argv.get(i) : text);
                }
                yield new Command.Exec(mapped);
            }
            case Command.Script script -> {
                none("/command/file", script.file().toString());
                var mapped = new ArrayList<>(script.args());
                for (int i = 0; i < mapped.size(); i++) {
                    mapped.set(i, mapping.apply("/command/args/" + i, Place.WHOLE, mapped.get(i)));
                }
                yield new Command.Script(script.interpreter(), script.file(), mapped);
            }
            case Command.Shell shell -> {
                none("/command/script", shell.script());
                yield shell;
            }
            case Command.AwsCli cli -> {
                names(cli.service(), cli.operation(), cli.profile(), cli.region());
                yield new Command.AwsCli(cli.service(), cli.operation(), arguments(cli.args()), cli.profile(), cli.region());
            }
            case Command.AwsSdk sdk -> {
                names(sdk.service(), sdk.operation(), sdk.profile(), sdk.region());
                yield new Command.AwsSdk(sdk.service(), sdk.operation(), params(sdk.params()), sdk.profile(), sdk.region());
            }
        };
    }

    private void names(String service, String operation, String profile, String region) throws ExecutionException {
        none("/command/service", service);
        none("/command/operation", operation);
        none("/command/profile", profile);
        none("/command/region", region);
    }

    private void none(String pointer, String text) throws ExecutionException {
        if (text != null) {
            mapping.apply(pointer, Place.NONE, text);
        }
    }

    private List<String> arguments(List<String> args) throws ExecutionException {
        var mapped = new ArrayList<String>();
        boolean scopeFollows = false;
        for (var arg : args) {
            var option = CliOption.parse(arg);
            boolean scope = SCOPE_OPTIONS.stream().anyMatch(option::means);
            var text = mapping.apply("/command/args/" + mapped.size(), scopeFollows || scope ? Place.NONE : Place.PARTS, arg);
            mapped.add(scopeFollows || scope ? arg : text);
            scopeFollows = scope && option.value().isEmpty();
        }
        return mapped;
    }

    private String params(String params) throws ExecutionException {
        if (!ReferenceText.mentions(params)) {
            return params;
        }
        JsonNode tree;
        try {
            tree = JSON.readTree(params);
        } catch (JsonProcessingException e) {
            throw new ExecutionException(Problem.INVALID_REQUEST, "the parameters are no JSON: " + e.getOriginalMessage(), e);
        }
        return mapped("/command/params", tree).toString();
    }

    /** As deep as Jackson reads, at most 1000 levels. */
    private JsonNode mapped(String pointer, JsonNode node) throws ExecutionException {
        switch (node) {
            case ObjectNode object -> {
                for (var member : object.properties()) {
                    var name = member.getKey();
                    var inner = pointer + "/" + escaped(name);
                    none(inner, name);
                    member.setValue(mapped(inner, member.getValue()));
                }
                return object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, mapped(pointer + "/" + i, array.get(i)));
                }
                return array;
            }
            case TextNode text -> {
                return TextNode.valueOf(mapping.apply(pointer, Place.PARTS, text.textValue()));
            }
            default -> {
                return node;
            }
        }
    }

    private Map<String, String> env(Map<String, String> env) throws ExecutionException {
        var mapped = new HashMap<String, String>();
        for (var variable : env.entrySet()) {
            var name = variable.getKey();
            var pointer = "/env/" + escaped(name);
            none(pointer, name);
            boolean own = OWN_VARIABLE.matcher(name).matches();
            var text = mapping.apply(pointer, own ? Place.PARTS : Place.NONE, variable.getValue());
            mapped.put(name, own ? text : variable.getValue());
        }
        return mapped;
    }

    /** As a part of a JSON Pointer (RFC 6901). */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
