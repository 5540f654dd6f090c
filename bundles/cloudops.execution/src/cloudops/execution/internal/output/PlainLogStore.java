package cloudops.execution.internal.output;

import java.nio.file.Path;

/** Logs as plain text, for programs whose output is no secret of others on the machine: the default in plain Java, never in our products. */
public final class PlainLogStore extends FileLogStore {

    /** @param folder made when it is not there */
    public PlainLogStore(Path folder) {
        this(folder, Retention.DEFAULT);
    }

    public PlainLogStore(Path folder, Retention retention) {
        super(folder, new PlainFormat(folder), retention);
    }
}
