package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * A command and all that is to reach its process.
 *
 * @param id chosen by the caller, unique
 * @param command what to run
 * @param env variables added to the child's allow-listed environment; {@code CLOUDOPS_*} is refused
 * @param workingDir null for the engine's own scratch folder, {@code <home>/scratch}
 * @param timeout after which the whole process tree is ended, at most a year; null for an hour
 * @param metadata who asked and why
 * @param approval consent to exactly this request; null when none was given
 */
public record ExecutionRequest(UUID id, Command command, Map<String, String> env, Path workingDir, Duration timeout, Metadata metadata,
        Approval approval) {

    public ExecutionRequest {
        requireNonNull(id, "id");
        requireNonNull(command, "command");
        env = env == null ? Map.of() : Map.copyOf(env);
        metadata = metadata == null ? Metadata.NONE : metadata;
    }

    /** A request with nothing but its command. */
    public static ExecutionRequest of(Command command) {
        return new ExecutionRequest(UUID.randomUUID(), command, Map.of(), null, null, Metadata.NONE, null);
    }

    public ExecutionRequest withTimeout(Duration limit) {
        return new ExecutionRequest(id, command, env, workingDir, limit, metadata, approval);
    }

    public ExecutionRequest withMetadata(Metadata about) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, about, approval);
    }

    public ExecutionRequest withApproval(Approval consent) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, metadata, consent);
    }

    /**
     * Who asked and why; shown in lists, not part of what is run.
     *
     * @param source {@code cli}, {@code chat}, {@code scanner} …
     * @param tags free words
     * @param accountId AWS account the command acts on; null when it acts on none or it is not known
     * @param resource ARN or name of the resource it acts on; null when it acts on none
     * @param description what it does, for people; null for none
     */
    public record Metadata(String source, Map<String, String> tags, String accountId, String resource, String description) {
        public static final Metadata NONE = new Metadata("api", Map.of(), null, null, null);

        public Metadata {
            requireNonNull(source, "source");
            tags = tags == null ? Map.of() : Map.copyOf(tags);
        }
    }
}
