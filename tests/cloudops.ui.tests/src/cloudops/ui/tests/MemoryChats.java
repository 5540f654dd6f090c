package cloudops.ui.tests;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import cloudops.storage.ChatStorage;
import cloudops.storage.StorageException;

/** Conversations in memory. */
final class MemoryChats implements ChatStorage {

    final List<Message> messages = new CopyOnWriteArrayList<>();

    /** What every call fails with; null for none. */
    volatile StorageException failure;

    Message add(UUID conversation, Instant at, Role role, String content, List<UUID> executions) {
        var message = new Message(UUID.randomUUID(), conversation, at, role, content, executions);
        messages.add(message);
        return message;
    }

    private void fail() throws StorageException {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Message append(UUID conversation, Role role, String content, List<UUID> executions) throws StorageException {
        fail();
        return add(conversation, Instant.now(), role, content, executions);
    }

    @Override
    public List<Message> history(UUID conversation, int limit) throws StorageException {
        fail();
        return messages.stream().filter(message -> message.conversation().equals(conversation)).toList();
    }

    @Override
    public List<Conversation> list(int limit) throws StorageException {
        fail();
        var listed = new ArrayList<Conversation>();
        for (var id : messages.stream().map(Message::conversation).distinct().toList()) {
            var history = history(id, Integer.MAX_VALUE);
            listed.add(new Conversation(id, history.getFirst().content(), history.getFirst().at(), history.getLast().at(), history.size()));
        }
        listed.sort(comparing(Conversation::lastMessage).reversed());
        return listed;
    }

    @Override
    public List<Found> search(String query, int limit) throws StorageException {
        fail();
        return messages.stream().filter(message -> message.content().contains(query)).map(message -> new Found(message, 1, "words")).toList();
    }

    @Override
    public int delete(UUID conversation) throws StorageException {
        fail();
        int before = messages.size();
        messages.removeIf(message -> message.conversation().equals(conversation));
        return before - messages.size();
    }

    @Override
    public int damaged() {
        return 0;
    }
}
