package cloudops.execution.internal.event;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionJson;
import cloudops.execution.spi.EventHandler;

/**
 * Writes every event as a line of JSON to a file, see the schema {@code execution-event}. Off unless somebody makes one: in the products
 * the section {@code events.file} of the settings. The file holds what commands print, which is estate data.
 */
@Component(factory = "cloudops.events.file", service = EventHandler.class)
public final class JsonLinesHandler implements EventHandler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JsonLinesHandler.class);

    private final RotatingFile file;
    private final boolean output;
    private long lost; // events since writing failed; guarded by this
    private boolean closed; // guarded by this

    /** Component properties. */
    public @interface Config {
        /** The file, as an absolute path. */
        String path();

        /** Whether lines that commands print are written too. */
        boolean output() default true;

        /** Size at which the file is put aside. */
        int megabytes() default 10;

        /** How many that were put aside are kept, as {@code <path>.1} (the newest) and so on. */
        int keep() default 3;
    }

    @Activate
    public JsonLinesHandler(Config config) {
        this(absolute(config.path()), config.output(), config.megabytes() * 1024L * 1024, config.keep());
    }

    /**
     * @param output whether lines that commands print are written too
     * @param limit size in bytes at which the file is put aside
     * @param keep how many that were put aside are kept
     */
    public JsonLinesHandler(Path file, boolean output, long limit, int keep) {
        if (limit <= 0 || keep < 0) {
            throw new IllegalArgumentException("events.file: megabytes must be above 0 and keep not below; try: 10 and 3");
        }
        this.file = new RotatingFile(file, limit, keep);
        this.output = output;
    }

    private static Path absolute(String path) {
        try {
            if (path != null && Path.of(path).isAbsolute()) {
                return Path.of(path);
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("events.file: path is none: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("events.file: path must be absolute, and is '" + path + "'; try: /var/tmp/events.jsonl");
    }

    @Override
    public boolean wantsOutput() {
        return output;
    }

    @Override
    public synchronized void handle(ExecutionEvent event) {
        if (closed) {
            return; // it was told while it was taken away
        }
        try {
            file.append(line(event));
            if (lost > 0) {
                LOG.warn("events are written again file={}; lost meanwhile: {}", file.path(), lost);
                lost = 0;
            }
        } catch (IOException e) {
            if (lost++ == 0) {
                LOG.warn("events not written file={}: {}; try: free disk space and permissions of the folder", file.path(), e.toString());
            }
        }
    }

    private static byte[] line(ExecutionEvent event) throws JsonProcessingException {
        var json = ExecutionJson.mapper().writerFor(ExecutionEvent.class).writeValueAsBytes(event);
        var line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    @Override
    @Deactivate
    public synchronized void close() {
        closed = true;
        file.close();
    }
}
