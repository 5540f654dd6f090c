package cloudops.ui.chat.internal;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import org.osgi.service.component.ComponentServiceObjects;

import cloudops.storage.ChatStorage;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.StorageException;
import cloudops.ui.Changes;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Trouble;

/** Writes the window's conversation down, in order, off the UI thread. Without a storage nothing is kept. Thread-safe. */
final class KeptConversation {

    private final LateService<ChatStorage> chats = new LateService<>("storage of conversations");
    private final Changes changes = new Changes();
    private final Queue<Said> waiting = new ConcurrentLinkedQueue<>();
    private final Task<Void> writer = Task.<Void>of("Keeping a conversation", monitor -> write(), this::written).quiet();
    private final Set<UUID> deleted = ConcurrentHashMap.newKeySet();
    /** Between looking whether a conversation was deleted and writing to it nobody deletes it. */
    private final Object storing = new Object();
    private volatile UUID id = UUID.randomUUID();

    private record Said(UUID conversation, Role role, String content, List<UUID> executions, Consumer<Trouble> failure) {
    }

    /** What the history of executions calls the conversation. */
    UUID id() {
        return id;
    }

    /** What is said from now on belongs to {@code conversation}. */
    void begin(UUID conversation) {
        id = conversation;
    }

    /** Tells, in another thread, when something was written down. */
    Changes changes() {
        return changes;
    }

    /** @param conversation the one that was had when it was said @param failure told when it could not be kept, in another thread */
    void say(UUID conversation, Role role, String content, List<UUID> executions, Consumer<Trouble> failure) {
        if (chats.present()) {
            waiting.add(new Said(conversation, role, content, List.copyOf(executions), failure));
            writer.schedule();
        }
    }

    /**
     * Deletes what is kept of a conversation, now and for good: what is said in it later, by a plan that still runs, is not kept. Blocks.
     *
     * @return the number of messages
     */
    int delete(UUID conversation) throws StorageException, MissingServiceException {
        synchronized (storing) {
            int messages = chats.get().delete(conversation);
            deleted.add(conversation);
            return messages;
        }
    }

    private Void write() throws StorageException, MissingServiceException {
        for (var said = waiting.peek(); said != null; said = waiting.peek()) {
            if (!stored(said)) {
                said.failure().accept(new Trouble("The conversation was deleted", "Begin another one."));
            }
            waiting.remove();
        }
        return null;
    }

    /** False when its conversation was deleted. */
    private boolean stored(Said said) throws StorageException, MissingServiceException {
        synchronized (storing) {
            if (deleted.contains(said.conversation())) {
                return false;
            }
            chats.get().append(said.conversation(), said.role(), said.content(), said.executions());
            return true;
        }
    }

    private void written(Outcome<Void> outcome) {
        if (outcome instanceof Outcome.Failed<Void> failed) {
            // the next thing that is said is tried again
            var lost = waiting.poll();
            if (lost != null) {
                lost.failure().accept(failed.trouble());
            }
            if (!waiting.isEmpty()) {
                writer.schedule();
            }
        } else {
            changes.fire();
        }
    }

    void bind(ComponentServiceObjects<ChatStorage> objects) {
        chats.bind(objects);
    }

    void unbind(ComponentServiceObjects<ChatStorage> objects) {
        chats.unbind(objects);
    }
}
