package cloudops.execution.internal.event;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.spi.EventHandler;

/** Tells the event handlers what happens, each at its own pace. Nothing here waits for a handler but {@link #close}. Thread-safe. */
public final class Events implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final long CLOSE_LIMIT_MS = 2_000;

    private final List<Recipient> recipients = new CopyOnWriteArrayList<>();
    private final Map<UUID, List<Delivery>> going = new ConcurrentHashMap<>();

    /** It hears of what starts from now on. */
    public void add(EventHandler handler) {
        recipients.add(new Recipient(handler));
    }

    /** It hears nothing more, but for the event that it is just being told. */
    public void remove(EventHandler handler) {
        recipients.stream().filter(recipient -> recipient.isFor(handler)).findFirst().ifPresent(recipient -> {
            recipients.remove(recipient);
            recipient.close();
        });
    }

    /**
     * Something was accepted and is about to run, or waits for consent.
     *
     * @param output null for a plan
     * @param end completes with its last state, once no more output comes; never fails
     */
    public void started(ExecutionRecord entry, LoggedOutput output, CompletableFuture<ExecutionRecord> end) {
        if (recipients.isEmpty()) {
            return;
        }
        var deliveries = recipients.stream().map(recipient -> recipient.accept(entry.id(), output, end)).filter(Objects::nonNull).toList();
        if (!deliveries.isEmpty()) {
            going.put(entry.id(), deliveries);
            deliveries.forEach(delivery -> delivery.tell(start(entry)));
            end.thenRun(() -> {
                going.remove(entry.id());
                deliveries.forEach(Delivery::wake);
            });
        }
    }

    /** What waited for consent has it and is about to run. */
    public void approved(ExecutionRecord entry) {
        tell(start(entry));
    }

    /** Before the plan has ended. */
    public void progress(ExecutionEvent.Progress event) {
        tell(event);
    }

    private void tell(ExecutionEvent event) {
        going.getOrDefault(event.executionId(), List.of()).forEach(delivery -> delivery.tell(event));
    }

    private static ExecutionEvent start(ExecutionRecord entry) {
        // accepted and running are the same to those who hear of it
        var shown = entry.status() == ExecutionStatus.PENDING ? entry.withStatus(ExecutionStatus.RUNNING) : entry;
        return new ExecutionEvent.Started(entry.id(), entry.startedAt(), shown);
    }

    /** To be called when everything has ended: gives the handlers some time to hear of it, and leaves those alone that do not. */
    @Override
    public void close() {
        var unfinished = recipients.stream().flatMap(Recipient::unfinished).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(unfinished).get(CLOSE_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("event handlers have not heard of the end of everything within {} ms", CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("deliveries do not fail", e);
        }
        recipients.forEach(Recipient::abandon);
        recipients.clear();
    }
}
