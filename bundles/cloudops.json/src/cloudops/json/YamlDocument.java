package cloudops.json;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

/** One YAML document as a JSON tree that still knows on which line everything stands. JSON is YAML, too. Immutable. */
public final class YamlDocument {

    private static final YAMLFactory YAML = YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<String, Integer> lines = new HashMap<>();
    private final JsonNode root;

    /** @throws SyntaxException when the text is no YAML, is empty, has a second document, an alias or a key twice */
    public YamlDocument(String text) throws SyntaxException {
        try (var parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new SyntaxException(0, "the file is empty");
            }
            root = value(parser, "");
            if (parser.nextToken() != null) {
                throw new SyntaxException(line(parser), "a second document begins; write one a file");
            }
        } catch (JsonProcessingException e) {
            throw new SyntaxException(lineOf(e.getLocation()), e.getOriginalMessage().lines().findFirst().orElse("no YAML"));
        } catch (IOException e) {
            throw new SyntaxException(0, e.getMessage());
        }
    }

    /** Not null; not to be changed. */
    public JsonNode root() {
        return root;
    }

    /** 1-based line of what {@code pointer} (RFC 6901) names, or of the nearest thing around it; 0 when that is not known. */
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
        if (((YAMLParser) parser).isCurrentAlias()) {
            throw new SyntaxException(line(parser), "aliases (*name) are not allowed; write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, pointer);
            case START_ARRAY -> array(parser, pointer);
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue().longValueExact());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
            case VALUE_NULL -> NODES.nullNode();
            default -> NODES.textNode(parser.getText());
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

    /** The text cannot be read as YAML. */
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        SyntaxException(int line, String message) {
            super(message);
            this.line = line;
        }

        /** 1-based; 0 when it is about the whole text. */
        public int line() {
            return line;
        }
    }
}
