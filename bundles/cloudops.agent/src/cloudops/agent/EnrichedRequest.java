package cloudops.agent;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import cloudops.model.AwsResource;

/**
 * A prompt with all that is needed to answer it; JSON as {@code wire.md} shows it.
 *
 * @param requestId unique
 * @param prompt as the user typed it
 * @param identifiedResources what the prompt names, best first
 * @param chatHistory earlier messages, oldest first
 * @param userContext who asks
 */
public record EnrichedRequest(String requestId, String prompt, List<IdentifiedResource> identifiedResources, List<Message> chatHistory,
        User userContext) {

    public EnrichedRequest {
        identifiedResources = identifiedResources == null ? List.of() : List.copyOf(identifiedResources);
        chatHistory = chatHistory == null ? List.of() : List.copyOf(chatHistory);
    }

    /** @param resource the resource @param match how it was found */
    public record IdentifiedResource(@JsonUnwrapped AwsResource resource, Match match) {
    }

    /** @param score 0 to 1 @param by {@code exact_name}, {@code exact_id}, {@code words}, {@code meaning} … */
    public record Match(double score, String by) {
        /** The request has only a part of what fits: enough to tell about, too little to act on all. */
        public static final String PART = "filter_part";
    }

    /** @param role {@code user} or {@code assistant} */
    public record Message(String role, String content, Instant timestamp) {
    }

    /** @param roleArn null for users @param defaultRegion null for none */
    public record User(String userId, String username, String roleArn, String defaultRegion, List<String> awsAccounts) {
    }
}
