package cloudops.json;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

/**
 * One YAML document, or one JSON object, as a JSON tree that still knows on which line everything stands. Stricter than YAML, so that a file
 * means what a person reads in it: no aliases, no key twice, no second document. Immutable but for the tree, which is the caller's.
 */
public final class YamlDocument {

    private static final YAMLFactory YAML = YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonFactory JSON = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private static final Pattern PLACE_OF_ERROR = Pattern.compile("(?m)^ in .*, line (\\d{1,9}), column \\d+:?$");

    private final Map<String, Integer> lines = new HashMap<>();
    private final JsonNode root;

    /**
     * @param content in UTF-8, with or without a byte order mark; what begins with a brace is read as JSON
     * @throws SyntaxException when it is not UTF-8, neither YAML nor JSON, is empty, has a second document, an alias or a key twice, or is
     *         nested more than 1000 deep
     */
    public YamlDocument(byte[] content) throws SyntaxException {
        this(decoded(content));
    }

    /** The same for text that was decoded already. */
    public YamlDocument(String text) throws SyntaxException {
        try (var parser = parser(text.startsWith("\uFEFF") ? text.substring(1) : text)) {
            if (parser.nextToken() == null) {
                throw new SyntaxException(0, "the file is empty");
            }
            root = value(parser, "");
            if (parser.nextToken() != null) {
                throw new SyntaxException(line(parser), "a second document begins; write one a file");
            }
        } catch (JsonProcessingException e) {
            throw new SyntaxException(lineOf(e), withoutExcerpts(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new SyntaxException(0, e.getMessage());
        }
    }

    private static String decoded(byte[] content) throws SyntaxException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw new SyntaxException(0, "the file is not UTF-8; save it in that encoding");
        }
    }

    /** YAML contains JSON but for the tabs, so JSON has a parser of its own. */
    private static JsonParser parser(String text) throws IOException {
        return (text.stripLeading().startsWith("{") ? JSON : YAML).createParser(text);
    }

    /** The location of an error of the YAML parser is where the token before began; its message ends with where the error is. */
    private static int lineOf(JsonProcessingException e) {
        return PLACE_OF_ERROR.matcher(e.getOriginalMessage()).results().reduce((first, second) -> second)
                .map(place -> Integer.parseInt(place.group(1))).orElseGet(() -> lineOf(e.getLocation()));
    }

    /** The YAML parser's messages go on with the place and the text around it, indented. */
    private static String withoutExcerpts(String message) {
        return message.lines().filter(line -> !line.startsWith(" ")).collect(Collectors.joining(", "));
    }

    public JsonNode root() {
        return root;
    }

    /** 1-based line of what {@code pointer} (RFC 6901) names, or of the nearest thing around it. */
    public int line(String pointer) {
        for (var at = pointer;; at = at.substring(0, at.lastIndexOf('/'))) {
            var line = lines.get(at);
            if (line != null || at.isEmpty()) {
                return line == null ? 0 : line;
            }
        }
    }

    private JsonNode value(JsonParser parser, String pointer) throws IOException, SyntaxException {
        lines.putIfAbsent(pointer, line(parser));
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw new SyntaxException(line(parser), "aliases (*name) are not allowed; write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, pointer);
            case START_ARRAY -> array(parser, pointer);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
            case VALUE_NULL -> NODES.nullNode();
            default -> NODES.textNode(parser.getText());
        };
    }

    private static JsonNode number(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER -> NODES.numberNode(parser.getBigIntegerValue());
            default -> NODES.numberNode(parser.getDecimalValue());
        };
    }

    private JsonNode object(JsonParser parser, String pointer) throws IOException, SyntaxException {
        var object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var member = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            lines.put(member, line(parser));
            parser.nextToken();
            object.set(name, value(parser, member));
        }
        return object;
    }

    private JsonNode array(JsonParser parser, String pointer) throws IOException, SyntaxException {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, pointer + "/" + array.size()));
        }
        return array;
    }

    private static int line(JsonParser parser) {
        return lineOf(parser.currentTokenLocation());
    }

    private static int lineOf(JsonLocation location) {
        return location == null ? 0 : Math.max(location.getLineNr(), 0);
    }

    /** The text cannot be read; the message is for people. */
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        private SyntaxException(int line, String message) {
            super(message);
            this.line = line;
        }

        /** 1-based; 0 when it is about the whole. */
        public int line() {
            return line;
        }
    }
}
