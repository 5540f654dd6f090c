package cloudops.settings.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.component.ComponentException;
import org.osgi.service.component.ComponentFactory;
import org.osgi.service.component.ComponentInstance;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

import cloudops.model.Environment;

class SettingsTest {

    @TempDir
    private Path home;
    private final Parts parts = new Parts();
    private final List<LogListener> listeners = new ArrayList<>();
    private final LogReaderService log = new LogReaderService() {
        @Override
        public void addLogListener(LogListener listener) {
            listeners.add(listener);
        }

        @Override
        public void removeLogListener(LogListener listener) {
            listeners.remove(listener);
        }

        @Override
        public Enumeration<LogEntry> getLog() {
            throw new UnsupportedOperationException();
        }
    };

    @Test
    void makesThePartsThatAreAskedFor() throws IOException {
        var settings = settings("""
                {"events": {"file": {"path": "/x y", "output": false, "megabytes": 5, "share": 0.5, "origins": ["a", "b"], "none": null}}}""");

        settings.addFactory(parts, offer("cloudops.events.file"));
        settings.addFactory(new Parts(), offer("cloudops.events.websocket"));

        assertThat(parts.made).hasSize(1);
        assertThat(parts.made.getFirst()).containsOnlyKeys("path", "output", "megabytes", "share", "origins")
                .containsEntry("path", "/x y").containsEntry("output", false).containsEntry("megabytes", 5L).containsEntry("share", 0.5)
                .containsEntry("origins", new String[] { "a", "b" });
    }

    @Test
    void anEmptySectionAsksForAPartToo() throws IOException {
        var settings = settings("{\"events\": {\"websocket\": {}}}");

        settings.addFactory(parts, offer("cloudops.events.websocket"));

        assertThat(parts.made).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{", "[]", "null", "1", "{}", "{\"events\": 1}", "{\"events\": {\"file\": true}}", "{\"events\": {\"file\": null}}",
            "{\"events\": {\"file\": {\"path\": {}}}}", "{\"events.file\": {}}" })
    void makesNothingOfAnythingElse(String text) throws IOException {
        var settings = settings(text);

        settings.addFactory(parts, offer("cloudops.events.file"));

        assertThat(parts.made).isEmpty();
    }

    @Test
    void makesNothingWithoutAFile() {
        new Settings(environment(), log).addFactory(parts, offer("cloudops.events.file"));

        assertThat(parts.made).isEmpty();
    }

    @Test
    void goesOnWhenAPartCannotBeMade() throws IOException {
        var settings = settings("{\"a\": {}, \"b\": {}}");
        ComponentFactory<Object> broken = properties -> {
            throw new ComponentException("on purpose", new IllegalArgumentException("path must be absolute"));
        };

        settings.addFactory(broken, offer("cloudops.a"));
        settings.addFactory(parts, offer("cloudops.b"));
        settings.removeFactory(broken);

        assertThat(parts.made).hasSize(1);
    }

    @Test
    void saysWhyAPartCannotBeMadeAsTheLogOfDeclarativeServicesDoes() throws IOException {
        var failures = new ActivationFailures();
        assertThat(failures.last()).isNull();
        failures.logged(entry(LogLevel.WARN, new IllegalArgumentException("no error")));
        failures.logged(entry(LogLevel.ERROR, null));
        assertThat(failures.last()).isNull();

        failures.logged(entry(LogLevel.ERROR, new IllegalStateException("on purpose", new IllegalArgumentException("path must be absolute"))));

        assertThat(failures.last()).isEqualTo("path must be absolute");
        failures.forget();
        assertThat(failures.last()).isNull();
        var settings = settings("{}");
        assertThat(listeners).hasSize(1);
        settings.close();
        assertThat(listeners).isEmpty();
    }

    private static LogEntry entry(LogLevel level, Throwable exception) {
        return (LogEntry) Proxy.newProxyInstance(LogEntry.class.getClassLoader(), new Class<?>[] { LogEntry.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getLogLevel" -> level;
                    case "getException" -> exception;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void takesThePartsBack() throws IOException {
        var settings = settings("{\"a\": {}, \"b\": {}}");
        var others = new Parts();
        settings.addFactory(parts, offer("cloudops.a"));
        settings.addFactory(others, offer("cloudops.b"));

        settings.removeFactory(parts);
        assertThat(parts.disposed).isEqualTo(1);
        assertThat(others.disposed).isZero();

        settings.close();
        assertThat(parts.disposed).isEqualTo(1);
        assertThat(others.disposed).isEqualTo(1);
    }

    private Settings settings(String text) throws IOException {
        Files.writeString(home.resolve("settings.json"), text);
        return new Settings(environment(), log);
    }

    private Environment environment() {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    private static Map<String, Object> offer(String factory) {
        return Map.of("component.factory", factory);
    }

    /** Counts what it makes. */
    private static final class Parts implements ComponentFactory<Object> {
        final List<Map<String, Object>> made = new ArrayList<>();
        int disposed;

        @Override
        public ComponentInstance<Object> newInstance(Dictionary<String, ?> properties) {
            var copy = new HashMap<String, Object>();
            Collections.list(properties.keys()).forEach(key -> copy.put(key, properties.get(key)));
            made.add(copy);
            return new ComponentInstance<>() {
                @Override
                public void dispose() {
                    disposed++;
                }

                @Override
                public Object getInstance() {
                    return this;
                }
            };
        }
    }
}
