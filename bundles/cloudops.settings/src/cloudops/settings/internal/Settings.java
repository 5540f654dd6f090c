package cloudops.settings.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.stream.StreamSupport;

import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.ComponentException;
import org.osgi.service.component.ComponentFactory;
import org.osgi.service.component.ComponentInstance;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import cloudops.model.Environment;

/**
 * Makes the parts that {@code <home>/settings.json} asks for. A section such as {@code {"events": {"file": {"path": "/x"}}}} makes one
 * instance of the component factory {@code cloudops.events.file} with these properties; without the section there is none. Read once, when the
 * home comes; a change counts from the next start.
 */
@Component(service = {}, immediate = true)
public final class Settings {

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
    private static final String OURS = "cloudops.";

    private final LogReaderService log;
    private final ActivationFailures failures = new ActivationFailures();
    private final Path file;
    private final JsonNode sections;
    private final Map<ComponentFactory<Object>, ComponentInstance<Object>> made = new HashMap<>(); // guarded by this

    @Activate
    public Settings(@Reference Environment environment, @Reference LogReaderService log) {
        this.log = log;
        log.addLogListener(failures);
        file = environment.home().resolve("settings.json");
        sections = read(file);
    }

    private static JsonNode read(Path file) {
        if (Files.notExists(file)) {
            return MissingNode.getInstance();
        }
        try {
            // what JSON parsers show of a text they do not understand may be a secret
            return JsonMapper.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build().readTree(file.toFile());
        } catch (JsonProcessingException e) {
            LOG.warn("settings not used: {} line {} column {}: {}", file, e.getLocation().getLineNr(), e.getLocation().getColumnNr(),
                    e.getOriginalMessage());
        } catch (IOException e) {
            LOG.warn("settings not used: {} cannot be read: {}", file, e.toString());
        }
        return MissingNode.getInstance();
    }

    /** Somebody offers a part. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            target = "(" + ComponentConstants.COMPONENT_FACTORY + "=" + OURS + "*)")
    public synchronized void addFactory(ComponentFactory<Object> factory, Map<String, Object> offer) {
        var name = offer.get(ComponentConstants.COMPONENT_FACTORY).toString();
        var section = sections.at("/" + name.substring(OURS.length()).replace('.', '/'));
        if (section.isObject()) {
            failures.forget();
            try {
                made.put(factory, factory.newInstance(properties(section)));
            } catch (ComponentException | IllegalArgumentException e) {
                var cause = e.getCause() == null ? e : e.getCause();
                LOG.warn("section {} of {} has no effect: {}", name.substring(OURS.length()), file,
                        failures.last() == null ? cause.getMessage() : failures.last());
                LOG.debug("section {} has no effect", name.substring(OURS.length()), e);
            }
        } else if (!section.isMissingNode()) {
            LOG.warn("section {} of {} has no effect: it is no object; try: {}", name.substring(OURS.length()), file, "{}");
        }
    }

    public synchronized void removeFactory(ComponentFactory<Object> factory) {
        var instance = made.remove(factory);
        if (instance != null) {
            instance.dispose();
        }
    }

    /** The home goes, and with it what its settings asked for. */
    @Deactivate
    public synchronized void close() {
        made.values().forEach(ComponentInstance::dispose);
        made.clear();
        log.removeLogListener(failures);
    }

    private static Dictionary<String, Object> properties(JsonNode section) {
        var properties = new Hashtable<String, Object>();
        section.properties().forEach(entry -> {
            if (!entry.getValue().isNull()) {
                properties.put(entry.getKey(), value(entry.getKey(), entry.getValue()));
            }
        });
        return properties;
    }

    private static Object value(String name, JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.textValue();
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.isIntegralNumber() ? (Object) value.longValue() : (Object) value.doubleValue();
            case ARRAY -> StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText).toArray(String[]::new);
            default -> throw new IllegalArgumentException(name + " must be a text, a number, true, false or a list of texts");
        };
    }
}
