package cloudops.storage;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The encrypted conversations of one home. Thread-safe; blocks. Several processes may append to one conversation. A message that does not
 * decrypt or was changed is left out and counted in {@link #damaged()}; all others are served.
 */
@ProviderType
public interface ChatStorage {

    /**
     * Appends to a conversation, which begins with its first message. Durable when it returns.
     *
     * @param conversation chosen at random by whoever begins it
     * @param content up to {@value #LONGEST_CONTENT} characters; may be empty
     * @param executions that this message tells of, as the execution history names them
     * @throws IllegalArgumentException when {@code content} is too long
     */
    Message append(UUID conversation, Role role, String content, List<UUID> executions) throws StorageException;

    /** The newest {@code limit} messages of a conversation, oldest first; empty when there is no such conversation. */
    List<Message> history(UUID conversation, int limit) throws StorageException;

    /** The {@code limit} conversations that were spoken in last, newest first. */
    List<Conversation> list(int limit) throws StorageException;

    /**
     * Messages by words (all conversations are looked through) and by meaning, fused by reciprocal rank, best first.
     *
     * @param query as a person types it; blank finds nothing
     */
    List<Found> search(String query, int limit) throws StorageException;

    /** Deletes all messages of a conversation; returns how many there were. */
    int delete(UUID conversation) throws StorageException;

    /** How many messages did not decrypt or were changed, as far as they were met since the store was opened. */
    int damaged();

    int LONGEST_CONTENT = 1_000_000;

    enum Role {
        USER, ASSISTANT
    }

    /** @param executions that it tells of */
    record Message(UUID id, UUID conversation, Instant at, Role role, String content, List<UUID> executions) {
        public Message {
            executions = executions == null ? List.of() : List.copyOf(executions);
        }
    }

    /** @param title the beginning of its first message, one line */
    record Conversation(UUID id, String title, Instant started, Instant lastMessage, int messages) {
    }

    /** @param score 0 to 1, comparable within one answer @param matchedBy {@code words}, {@code meaning} or {@code words+meaning} */
    record Found(Message message, double score, String matchedBy) {
    }
}
