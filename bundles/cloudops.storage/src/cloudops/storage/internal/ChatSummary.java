package cloudops.storage.internal;

import java.time.Instant;
import java.util.UUID;

import cloudops.storage.ChatStorage.Conversation;
import cloudops.storage.ChatStorage.Message;

/**
 * What a list says of some of the messages of a conversation, without holding them.
 *
 * @param title the beginning of the first of them
 * @param first its ID
 */
record ChatSummary(UUID conversation, String title, UUID first, Instant started, Instant lastMessage, int messages) {

    private static final int LONGEST_TITLE = 80;

    static ChatSummary of(Message message) {
        return new ChatSummary(message.conversation(), title(message.content()), message.id(), message.at(), message.at(), 1);
    }

    ChatSummary and(ChatSummary other) {
        int order = started.equals(other.started) ? first.compareTo(other.first) : started.compareTo(other.started);
        var earlier = order <= 0 ? this : other;
        return new ChatSummary(conversation, earlier.title, earlier.first, earlier.started,
                lastMessage.isAfter(other.lastMessage) ? lastMessage : other.lastMessage, messages + other.messages);
    }

    Conversation toConversation() {
        return new Conversation(conversation, title, started, lastMessage, messages);
    }

    private static String title(String content) {
        // white space is looked for in no more than may become the title
        var line = beginning(content.strip(), 10 * LONGEST_TITLE).replaceAll("\\s+", " ");
        var title = beginning(line, LONGEST_TITLE);
        return title.length() == line.length() ? title : title + "…";
    }

    /** The first {@code codePoints} of a text, or all of it. */
    static String beginning(String text, int codePoints) {
        // no text has more code points than characters
        return text.length() <= codePoints || text.codePointCount(0, text.length()) <= codePoints ? text
                : text.substring(0, text.offsetByCodePoints(0, codePoints));
    }
}
