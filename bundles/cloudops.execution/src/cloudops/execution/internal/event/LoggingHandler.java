package cloudops.execution.internal.event;

import java.time.Duration;

import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.spi.EventHandler;

/** Logs starts and ends: at INFO what says nothing about the estate, at DEBUG also the command (secrets redacted); output never. */
@Component
public final class LoggingHandler implements EventHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingHandler.class);

    @Override
    public boolean wantsOutput() {
        return false;
    }

    @Override
    public void handle(ExecutionEvent event) {
        switch (event) {
            case ExecutionEvent.Started started -> started(started.entry());
            case ExecutionEvent.Completed completed -> ended(completed.entry());
            case ExecutionEvent.Failed failed -> ended(failed.entry());
            case ExecutionEvent.Cancelled cancelled -> ended(cancelled.entry());
            case ExecutionEvent.Progress progress -> LOG.info("plan goes on id={} stepStatus={} done={} total={}", progress.executionId(),
                    progress.status(), progress.done(), progress.total());
            case ExecutionEvent.Stdout line -> {
                // not wanted
            }
            case ExecutionEvent.Stderr line -> {
                // not wanted
            }
        }
    }

    private static void started(ExecutionRecord entry) {
        LOG.info("execution started id={} kind={} status={}", entry.id(), entry.kind(), entry.status());
        if (LOG.isDebugEnabled()) {
            LOG.debug("execution started id={} command={}", entry.id(), oneLine(entry.command()));
        }
    }

    private static void ended(ExecutionRecord entry) {
        LOG.info("execution ended id={} kind={} status={} exitCode={} durationMs={}", entry.id(), entry.kind(), entry.status(),
                entry.exitCode(), Duration.between(entry.startedAt(), entry.completedAt()).toMillis());
        if (LOG.isDebugEnabled() && entry.error() != null) {
            LOG.debug("execution ended id={} error={}", entry.id(), oneLine(entry.error()));
        }
    }

    /** Nothing in it begins a line of the log or changes its direction. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "\uFFFD");
    }
}
