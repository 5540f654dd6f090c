package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.file.Path;

import javax.crypto.SecretKey;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

import cloudops.execution.spi.LogKeys;
import cloudops.execution.spi.LogStore;
import cloudops.model.Environment;

/**
 * Logs in {@code <home>/executions/logs}, encrypted with the home's key for output. So they can be read by every process of the home, also
 * while they are written, and after a restart.
 */
@Component(service = LogStore.class)
public final class EncryptedLogStore extends FileLogStore {

    @Activate
    public EncryptedLogStore(@Reference Environment environment, @Reference LogKeys keys) {
        this(environment.home().resolve("executions").resolve("logs"), keys, Retention.DEFAULT);
    }

    public EncryptedLogStore(Path folder, LogKeys keys, Retention retention) {
        super(folder, new EncryptedFormat(folder, new KeyOnce(keys)), retention);
    }

    @Override
    @Deactivate
    public void close() {
        super.close();
    }

    /** Asks for the key once it is needed, and once only. */
    private static final class KeyOnce implements LogKeys {

        private final LogKeys keys;
        private volatile SecretKey key;

        KeyOnce(LogKeys keys) {
            this.keys = keys;
        }

        @Override
        public SecretKey logs() throws IOException {
            if (key == null) {
                key = keys.logs();
            }
            return key;
        }

        @Override
        public SecretKey history() throws IOException {
            return keys.history();
        }
    }
}
