package cloudops.ui.chat.internal;

import java.util.List;
import java.util.Queue;
import java.util.UUID;
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

    private Void write() throws StorageException, MissingServiceException {
        for (var said = waiting.peek(); said != null; said = waiting.peek()) {
            chats.get().append(said.conversation(), said.role(), said.content(), said.executions());
            waiting.remove();
        }
        return null;
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
