package cloudops.ui.tests;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import cloudops.storage.ChatStorage;

/** Conversations in memory. */
final class MemoryChats implements ChatStorage {

    final List<Message> messages = new CopyOnWriteArrayList<>();

    @Override
    public Message append(UUID conversation, Role role, String content, List<UUID> executions) {
        var message = new Message(UUID.randomUUID(), conversation, Instant.now(), role, content, executions);
        messages.add(message);
        return message;
    }

    @Override
    public List<Message> history(UUID conversation, int limit) {
        return messages.stream().filter(message -> message.conversation().equals(conversation)).toList();
    }

    @Override
    public List<Conversation> list(int limit) {
        return List.of();
    }

    @Override
    public List<Found> search(String query, int limit) {
        return List.of();
    }

    @Override
    public int delete(UUID conversation) {
        return 0;
    }

    @Override
    public int damaged() {
        return 0;
    }
}
