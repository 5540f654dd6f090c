package cloudops.ui.chat.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import cloudops.execution.ExecutionRecord;
import cloudops.model.AwsResource;
import cloudops.request.RequestBuilder.Answer;
import cloudops.storage.ChatStorage;
import cloudops.ui.OutputBuffer;
import cloudops.ui.Trouble;

/** A prompt, its answer, and what became of the answer's plan. The conversation changes it; anybody may read it. */
final class Exchange {

    /** The answer to the prompt. */
    sealed interface Reply {
        record Waiting() implements Reply {
        }

        /** @param plan null when the answer has none */
        record Answered(Answer answer, PlanCard plan, Instant at) implements Reply {
        }

        record Failed(Trouble trouble) implements Reply {
        }

        record Cancelled() implements Reply {
        }

        /** Had in another session. @param said oldest first @param ran what it led to, in order */
        record Kept(List<Said> said, List<Ran> ran) implements Reply {

            /** @param executions those that are still in the history */
            static Kept of(List<ChatStorage.Message> messages, Map<UUID, ExecutionRecord> executions) {
                return new Kept(messages.stream().map(message -> new Said(message.content(), message.at())).toList(),
                        messages.stream().flatMap(message -> message.executions().stream())
                                .map(id -> new Ran(id, executions.get(id))).toList());
            }
        }
    }

    /** Something that was answered. */
    record Said(String content, Instant at) {
    }

    /** @param record null when the history has it no more */
    record Ran(UUID execution, ExecutionRecord record) {
    }

    /** Where the plan stands. */
    sealed interface Progress {
        /** Nobody has said anything yet. */
        record Proposed() implements Progress {
        }

        record Rejected() implements Progress {
        }

        /** @param step which step runs, from 1; 0 before the first */
        record Running(int step) implements Progress {
        }

        /** It ran; what it changed is being read. */
        record Refreshing() implements Progress {
        }

        /** @param trouble null when every step succeeded @param changes what the estate says now */
        record Ended(Trouble trouble, List<StateChange> changes) implements Progress {
        }

        /** @param changes what the estate says now */
        record Cancelled(List<StateChange> changes) implements Progress {
        }

        default boolean active() {
            return this instanceof Running || this instanceof Refreshing;
        }
    }

    /** @param before state when the plan was made @param after state now; both may be null for resources without states */
    record StateChange(String name, String before, String after, boolean gone) {
        /** @param now all that a plan acted on, as it is now; what is missing is gone */
        static StateChange of(AwsResource before, List<AwsResource> now) {
            var same = now.stream().filter(resource -> resource.key().equals(before.key())).findFirst();
            return new StateChange(before.name(), before.state(), same.map(AwsResource::state).orElse(null), same.isEmpty());
        }
    }

    private final String prompt;
    private final Instant at;
    private final UUID conversation;
    private final OutputBuffer output = new OutputBuffer();
    private volatile Reply reply = new Reply.Waiting();
    private volatile Progress progress = new Progress.Proposed();

    Exchange(String prompt, Instant at, UUID conversation) {
        this.prompt = prompt;
        this.at = at;
        this.conversation = conversation;
    }

    String prompt() {
        return prompt;
    }

    Instant at() {
        return at;
    }

    UUID conversation() {
        return conversation;
    }

    OutputBuffer output() {
        return output;
    }

    Reply reply() {
        return reply;
    }

    void reply(Reply now) {
        reply = now;
    }

    Progress progress() {
        return progress;
    }

    void progress(Progress now) {
        progress = now;
    }

    Optional<PlanCard> plan() {
        return reply instanceof Reply.Answered answered ? Optional.ofNullable(answered.plan()) : Optional.empty();
    }
}
