package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import cloudops.model.Risk;

/**
 * A command and all that is to reach its process.
 *
 * @param id chosen by the caller, unique
 * @param command what to run
 * @param env variables added to the child's allow-listed environment; {@code CLOUDOPS_*} is refused
 * @param workingDir null for the engine's own scratch folder, {@code <home>/scratch}
 * @param timeout after which the whole process tree is ended, at most a year; null for an hour
 * @param metadata who asked and why
 * @param contextId of what the request is a part (an answer, a ticket), for the history; null for none
 * @param resourceId ARN or name of the resource it acts on; null when it acts on none
 * @param risk the caller's own assessment: raises the engine's verdict, never lowers it; null for none
 * @param approval consent to exactly this request; null when none was given
 */
public record ExecutionRequest(UUID id, Command command, Map<String, String> env, Path workingDir, Duration timeout, Metadata metadata,
        String contextId, String resourceId, Risk risk, Approval approval) {

    public ExecutionRequest {
        requireNonNull(id, "id");
        requireNonNull(command, "command");
        env = env == null ? Map.of() : Map.copyOf(env);
        metadata = metadata == null ? Metadata.NONE : metadata;
    }

    /** A request with nothing but its command, and a new random ID. */
    public static ExecutionRequest of(Command command) {
        return new ExecutionRequest(UUID.randomUUID(), command, Map.of(), null, null, Metadata.NONE, null, null, null, null);
    }

    public ExecutionRequest withId(UUID newId) {
        return new ExecutionRequest(newId, command, env, workingDir, timeout, metadata, contextId, resourceId, risk, approval);
    }

    public ExecutionRequest withCommand(Command other) {
        return new ExecutionRequest(id, other, env, workingDir, timeout, metadata, contextId, resourceId, risk, approval);
    }

    public ExecutionRequest withEnv(Map<String, String> variables) {
        return new ExecutionRequest(id, command, variables, workingDir, timeout, metadata, contextId, resourceId, risk, approval);
    }

    public ExecutionRequest withWorkingDir(Path folder) {
        return new ExecutionRequest(id, command, env, folder, timeout, metadata, contextId, resourceId, risk, approval);
    }

    public ExecutionRequest withTimeout(Duration limit) {
        return new ExecutionRequest(id, command, env, workingDir, limit, metadata, contextId, resourceId, risk, approval);
    }

    public ExecutionRequest withMetadata(Metadata about) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, about, contextId, resourceId, risk, approval);
    }

    public ExecutionRequest withContextId(String context) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, metadata, context, resourceId, risk, approval);
    }

    public ExecutionRequest withResourceId(String resource) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, metadata, contextId, resource, risk, approval);
    }

    public ExecutionRequest withRisk(Risk assessment) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, metadata, contextId, resourceId, assessment, approval);
    }

    public ExecutionRequest withApproval(Approval consent) {
        return new ExecutionRequest(id, command, env, workingDir, timeout, metadata, contextId, resourceId, risk, consent);
    }

    /**
     * Who asked and why; kept in the history. None of it reaches the process, but an approval covers all of it: a person judged by it.
     *
     * @param source {@code cli}, {@code chat}, {@code scanner} …
     * @param tags free words
     * @param conversationId the conversation it came from; null for none
     * @param accountId AWS account the command acts on; null when it acts on none or it is not known
     * @param description what it does, for people; null for none
     * @param resources of the estate that it acts on, so that the history knows them by more than {@link ExecutionRequest#resourceId()}; empty
     *            when it acts on none or they are not known
     */
    public record Metadata(String source, Map<String, String> tags, String conversationId, String accountId, String description,
            List<Resource> resources) {
        public static final Metadata NONE = new Metadata("api", Map.of(), null, null, null);

        public Metadata {
            source = source == null ? "api" : source;
            tags = tags == null ? Map.of() : Map.copyOf(tags);
            resources = resources == null ? List.of() : List.copyOf(resources);
        }

        /** Without resources. */
        public Metadata(String source, Map<String, String> tags, String conversationId, String accountId, String description) {
            this(source, tags, conversationId, accountId, description, List.of());
        }

        public Metadata withResources(List<Resource> others) {
            return new Metadata(source, tags, conversationId, accountId, description, others);
        }

        /** Only the source. */
        public static Metadata from(String source) {
            return new Metadata(source, Map.of(), null, null, null);
        }
    }

    /**
     * A resource of the estate as it was when the request was made.
     *
     * @param resourceType {@code <service>_<kind>}, such as {@code rds_instance}
     * @param accountId 12-digit AWS account ID
     * @param region AWS region; {@code aws-global} for services without regions
     * @param identifier the service's own ID of it
     * @param name what people call it; null when it has no name
     */
    public record Resource(String resourceType, String accountId, String region, String identifier, String name) {
        public Resource {
            requireNonNull(resourceType, "resourceType");
            requireNonNull(accountId, "accountId");
            requireNonNull(region, "region");
            requireNonNull(identifier, "identifier");
        }
    }
}
