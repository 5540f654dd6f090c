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
    private final boolean readOnly;
    /** The first of what was answered or done that could not be kept; null when all was. */
    private String trouble;

    private AskedConversation(ChatStorage chats, UUID id, boolean readOnly) {
        this.chats = chats;
        this.id = id;
        this.readOnly = readOnly;
    }

    /** @param typed an ID, the beginning of one, or {@code new}; null when nothing is to be kept */
    static AskedConversation of(Cli cli, String typed) throws CliException, StorageException {
        if (typed == null) {
            return new AskedConversation(null, null, true);
        }
        if (cli.readOnly()) {
            cli.say("Not kept in a conversation: read-only");
            if (typed.equals(Conversations.NEW)) {
                return new AskedConversation(null, null, true);
            }
        }
        var chats = cli.service(ChatStorage.class);
        return new AskedConversation(chats, typed.equals(Conversations.NEW) ? UUID.randomUUID() : Conversations.find(chats, typed), cli.readOnly());
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

    /** Before anything is asked: what cannot be kept is not asked either. */
    void keep(String prompt) throws StorageException {
        if (!readOnly) {
            chats.append(id, Role.USER, prompt, List.of());
        }
    }

    void keep(Answer answer) {
        say(answer.response().inWords(), List.of());
    }

    void keep(PlanResult result, List<UUID> executions) {
        say(result.succeeded() ? "The plan ran." : "The plan ran, and a step of it failed.", executions);
    }

    /** Why what was answered or done is not in the conversation; null when it is. */
    String trouble() {
        return trouble;
    }

    /** A failure is only remembered: what was answered, and above all what ran, is shown whether it can be kept or not. */
    private void say(String content, List<UUID> executions) {
        if (!readOnly) {
            try {
                chats.append(id, Role.ASSISTANT, content.substring(0, Math.min(content.length(), ChatStorage.LONGEST_CONTENT)), executions);
            } catch (StorageException e) {
                trouble = trouble == null ? e.getMessage() : trouble;
            }
        }
    }
}
