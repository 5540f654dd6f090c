package cloudops.cli.internal;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

import cloudops.agent.EnrichedRequest.Message;
import cloudops.request.RequestBuilder.Answer;
import cloudops.request.RequestBuilder.PlanResult;
import cloudops.storage.ChatStorage;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.StorageException;

/** The conversation that a prompt belongs to: what the agent hears of it, and what is kept. */
final class AskedConversation {

    /** The agent hears no more than that. */
    private static final int HEARD = 20;

    private final ChatStorage chats;
    private final UUID id;

    private AskedConversation(ChatStorage chats, UUID id) {
        this.chats = chats;
        this.id = id;
    }

    /** @param typed an ID, the beginning of one, or {@code new}; null when nothing is to be kept */
    static AskedConversation of(Cli cli, String typed) throws CliException, StorageException {
        if (typed == null) {
            return new AskedConversation(null, null);
        }
        var chats = cli.service(ChatStorage.class);
        return new AskedConversation(chats, typed.equals(Conversations.NEW) ? UUID.randomUUID() : Conversations.find(chats, typed));
    }

    /** Null when nothing is kept. */
    UUID id() {
        return id;
    }

    List<Message> history() throws StorageException {
        return id == null ? List.of()
                : chats.history(id, HEARD).stream()
                        .map(each -> new Message(each.role().name().toLowerCase(Locale.ROOT), each.content(), each.at())).toList();
    }

    void keep(String prompt, Answer answer) throws StorageException {
        if (id != null) {
            chats.append(id, Role.USER, prompt, List.of());
            chats.append(id, Role.ASSISTANT, answer.response().explainPlan(), List.of());
        }
    }

    void keep(PlanResult result, List<UUID> executions) throws StorageException {
        if (id != null) {
            chats.append(id, Role.ASSISTANT, result.succeeded() ? "The plan ran." : "The plan ran, and a step of it failed.", executions);
        }
    }
}
