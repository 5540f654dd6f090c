package cloudops.execution.internal.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes that the kernel ends together, which Java does not know of. */
final class ProcessGroup {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessGroup.class);
    private static final long LIMIT_MS = 500;

    private ProcessGroup() {
    }

    /** Ends all of a group by force. Nothing happens when it is gone. */
    static void kill(long group) {
        if (group <= 1) { // to kill(2), these mean the caller's own group and everything
            return;
        }
        if (LibC.available().isPresent()) {
            LibC.available().get().killGroup(group);
            return;
        }
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s KILL -- \"-$0\"", Long.toString(group)).redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD).start().waitFor(LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            LOG.warn("process group not ended: {}", e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
