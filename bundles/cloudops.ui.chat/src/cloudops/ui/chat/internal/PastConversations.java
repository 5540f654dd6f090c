package cloudops.ui.chat.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;
import cloudops.storage.ChatStorage;
import cloudops.storage.StorageException;
import cloudops.ui.Changes;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Trouble;

/** The conversations that are kept in this home, as they were listed or found last. Nothing blocks; changes are told. Thread-safe. */
@Component(service = PastConversations.class)
public final class PastConversations {

    static final int LISTED = 500;

    private static final int FOUND = 50;

    /**
     * What the list shows.
     *
     * @param query that {@code rows} were found by; empty for all conversations
     * @param trouble why there are none; null when all is well
     * @param failed why a conversation could not be opened or deleted; null when all is well
     * @param damaged so many messages could not be read
     */
    record Content(List<Row> rows, String query, Trouble trouble, Trouble failed, int damaged, boolean loaded) {
        Content failed(Trouble why) {
            return new Content(rows, query, trouble, why, damaged, loaded);
        }
    }

    /** @param title how it begins, or what was found in it, raw @param at when it was spoken in last, or when that was said */
    record Row(UUID conversation, String title, Instant at) {
    }

    private record Listed(String query, List<Row> rows, int damaged) {
    }

    private final LateService<ChatStorage> chats = new LateService<>("storage of conversations");
    private final LateService<ExecutionEngine> engine = new LateService<>("execution engine");
    private final Conversation conversation;
    private final Changes changes = new Changes();
    private final Changes.Subscription said;
    private final Task<Listed> listing = Task.<Listed>of("Listing conversations", monitor -> list(), this::take).quiet();
    private volatile Content content = new Content(List.of(), "", null, null, 0, false);
    private volatile String wanted = "";
    private volatile boolean shown;
    /** Of what was wanted last; null when it is dropped or done. Guarded by this. */
    private Opening opening;

    @Activate
    public PastConversations(@Reference Conversation conversation) {
        this.conversation = conversation;
        said = conversation.kept().listen(this::reload);
    }

    @Deactivate
    void deactivate() {
        said.close();
    }

    Content content() {
        return content;
    }

    Changes changes() {
        return changes;
    }

    /** Lists anew; before anybody looks nothing is listed, since that may ask for a passphrase. */
    void reload() {
        if (shown) {
            listing.schedule();
        }
    }

    /** Somebody looks. */
    void show() {
        shown = true;
        reload();
    }

    /** @param query by words and by meaning; blank for all conversations */
    void search(String query) {
        wanted = query.strip();
        reload();
    }

    /**
     * Shows a conversation in the place of the present one; what is said next continues it. Of several that are wanted one after the other only the
     * last is shown, however long each takes to be read.
     */
    void open(UUID id) {
        synchronized (this) {
            dropOpening();
            if (!id.equals(conversation.id())) {
                opening = new Opening(id);
                opening.task.schedule();
            }
        }
    }

    private void dropOpening() {
        if (opening != null) {
            opening.task.cancel();
            opening = null;
        }
    }

    private final class Opening {
        private final UUID id;
        /** The one that was had then: who has begun another meanwhile wants that. */
        private final UUID from = conversation.id();
        private final Task<List<Exchange>> task;

        Opening(UUID id) {
            this.id = id;
            task = Task.of("Opening a conversation", monitor -> read(id), this::end);
        }

        private void end(Outcome<List<Exchange>> outcome) {
            synchronized (PastConversations.this) {
                if (opening != this) {
                    return;
                }
                opening = null;
                if (outcome instanceof Outcome.Done<List<Exchange>> done && from.equals(conversation.id())) {
                    conversation.resume(id, done.value());
                }
            }
            ended(outcome);
        }
    }

    void delete(UUID id) {
        Task.<Integer>of("Deleting a conversation", monitor -> conversation.delete(id), outcome -> {
            if (outcome instanceof Outcome.Done) {
                synchronized (this) {
                    if (opening != null && opening.id.equals(id)) {
                        dropOpening();
                    }
                    if (id.equals(conversation.id())) {
                        conversation.clear();
                    }
                }
                reload();
            }
            ended(outcome);
        }).schedule();
    }

    private void ended(Outcome<?> outcome) {
        synchronized (this) {
            content = content.failed(outcome instanceof Outcome.Failed<?> failed ? failed.trouble() : null);
        }
        changes.fire();
    }

    private Listed list() throws MissingServiceException, StorageException {
        var query = wanted;
        var storage = chats.get();
        if (query.isEmpty()) {
            var rows = storage.list(LISTED).stream().map(each -> new Row(each.id(), each.title(), each.lastMessage())).toList();
            return new Listed(query, rows, storage.damaged());
        }
        // best first; of a conversation what fits best
        var best = new LinkedHashMap<UUID, Row>();
        storage.search(query, FOUND).stream().map(ChatStorage.Found::message)
                .forEach(message -> best.putIfAbsent(message.conversation(), new Row(message.conversation(), message.content(), message.at())));
        return new Listed(query, List.copyOf(best.values()), storage.damaged());
    }

    private void take(Outcome<Listed> outcome) {
        synchronized (this) {
            content = switch (outcome) {
                case Outcome.Done<Listed>(var listed) -> new Content(listed.rows(), listed.query(), null, null, listed.damaged(), true);
                case Outcome.Failed<Listed>(var trouble) -> new Content(List.of(), wanted, trouble, null, 0, true);
                case Outcome.Cancelled<Listed> cancelled -> content;
            };
        }
        changes.fire();
    }

    private List<Exchange> read(UUID id) throws MissingServiceException, StorageException, ExecutionException {
        var messages = chats.get().history(id, Conversation.LONGEST * 3);
        var executions = new HashMap<UUID, ExecutionRecord>();
        if (messages.stream().anyMatch(message -> !message.executions().isEmpty())) {
            engine.get().history(new HistoryFilter(null, null, Set.of(), null, id.toString(), null, null, Integer.MAX_VALUE))
                    .forEach(each -> executions.put(each.id(), each));
        }
        return exchanges(id, messages, executions);
    }

    /** A prompt and what followed it, until the next. */
    static List<Exchange> exchanges(UUID conversation, List<ChatStorage.Message> messages, Map<UUID, ExecutionRecord> executions) {
        var exchanges = new ArrayList<Exchange>();
        var parts = new ArrayList<List<ChatStorage.Message>>();
        for (var message : messages) {
            if (message.role() == ChatStorage.Role.USER || parts.isEmpty()) {
                parts.add(new ArrayList<>());
            }
            parts.getLast().add(message);
        }
        for (var part : parts) {
            var first = part.getFirst();
            var asked = first.role() == ChatStorage.Role.USER;
            var exchange = new Exchange(asked ? first.content() : "", first.at(), conversation);
            exchange.reply(Exchange.Reply.Kept.of(asked ? part.subList(1, part.size()) : part, executions));
            exchanges.add(exchange);
        }
        return exchanges;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindChats(ComponentServiceObjects<ChatStorage> objects) {
        chats.bind(objects);
        reload();
    }

    void unbindChats(ComponentServiceObjects<ChatStorage> objects) {
        chats.unbind(objects);
        reload();
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindEngine(ComponentServiceObjects<ExecutionEngine> objects) {
        engine.bind(objects);
    }

    void unbindEngine(ComponentServiceObjects<ExecutionEngine> objects) {
        engine.unbind(objects);
    }
}
