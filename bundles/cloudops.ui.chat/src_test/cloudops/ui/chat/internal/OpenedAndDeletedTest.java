package cloudops.ui.chat.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import org.eclipse.core.runtime.jobs.IJobChangeEvent;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.core.runtime.jobs.JobChangeAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

import cloudops.agent.EnrichedRequest;
import cloudops.agent.EnrichedRequest.Message;
import cloudops.execution.Approval;
import cloudops.model.AwsResource;
import cloudops.request.RequestBuilder;
import cloudops.request.RequestException;
import cloudops.storage.ChatStorage;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.ui.OutputBuffer;

/** What happens while something else is under way. */
@Timeout(60)
class OpenedAndDeletedTest {

    private static final UUID LONG = UUID.randomUUID();
    private static final UUID SHORT = UUID.randomUUID();

    private final Chats chats = new Chats();
    private final Slow slow = new Slow();
    private final Conversation conversation = new Conversation(new EventAdmin() {
        @Override
        public void postEvent(Event event) {
        }

        @Override
        public void sendEvent(Event event) {
        }
    });
    private final PastConversations past = new PastConversations(conversation);
    private final LinkedBlockingQueue<UUID> shown = new LinkedBlockingQueue<>();
    /** Openings whose outcome was told. */
    private final LinkedBlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();
    private final JobChangeAdapter jobs = new JobChangeAdapter() {
        @Override
        public void done(IJobChangeEvent event) {
            if (event.getJob().getName().equals("Opening a conversation")) {
                ended.add(true);
            }
        }
    };
    private final LinkedBlockingQueue<Boolean> kept = new LinkedBlockingQueue<>();

    @BeforeEach
    void bind() {
        conversation.bindRequests(new Always<>(slow));
        conversation.bindChats(new Always<>(chats));
        past.bindChats(new Always<>(chats));
        conversation.changes().listen(() -> shown.add(conversation.id()));
        conversation.kept().listen(() -> kept.add(true));
        Job.getJobManager().addJobChangeListener(jobs);
    }

    @AfterEach
    void close() {
        chats.gates.values().forEach(CountDownLatch::countDown);
        slow.answer.countDown();
        past.deactivate();
        Job.getJobManager().removeJobChangeListener(jobs);
    }

    /** Holds the reading of {@code id} until the answer is counted down. */
    private CountDownLatch gate(UUID id) {
        return chats.gates.computeIfAbsent(id, key -> new CountDownLatch(1));
    }

    private void begunToRead(UUID id) throws InterruptedException {
        assertThat(chats.read.take()).isEqualTo(id);
    }

    @Test
    void ofTwoThatAreWantedTheLastIsShownThoughTheFirstIsReadLater() throws Exception {
        var first = gate(LONG);
        past.open(LONG);
        begunToRead(LONG);
        past.open(SHORT);
        begunToRead(SHORT);
        ended.take();
        assertThat(shown).containsExactly(SHORT);

        first.countDown();
        ended.take();
        assertThat(shown).containsExactly(SHORT);
        assertThat(conversation.exchanges()).extracting(Exchange::prompt).containsExactly("said in " + SHORT);
    }

    @Test
    void whoGoesBackToThePresentOneOrBeginsAnotherStaysThere() throws Exception {
        for (int way = 0; way < 2; way++) {
            var present = conversation.id();
            var gate = gate(LONG);
            past.open(LONG);
            begunToRead(LONG);
            if (way == 0) {
                past.open(present);
            } else {
                conversation.clear();
                present = conversation.id();
            }
            gate.countDown();
            ended.take();
            chats.gates.clear();
            assertThat(conversation.id()).isEqualTo(present);
            assertThat(conversation.exchanges()).isEmpty();
        }
    }

    @Test
    void whatAConversationSaysAfterItWasDeletedIsNotKept() throws Exception {
        var id = conversation.id();
        conversation.ask("Stop \"$(reboot)\" \u202e\ud83d\udc18");
        var exchange = conversation.exchanges().getFirst();
        slow.asked.await();
        past.delete(id);
        assertThat(chats.deleted.take()).isEqualTo(id);

        slow.answer.countDown();
        kept.take();
        assertThat(chats.appended).isEmpty();
        assertThat(exchange.output().since(0).lines()).extracting(OutputBuffer.Line::text).contains("This is not kept: The conversation was deleted");

        // another one is
        conversation.clear();
        conversation.ask("and now?");
        while (chats.appended.isEmpty()) {
            kept.take();
        }
        assertThat(chats.appended).containsOnly(conversation.id()).doesNotContain(id);
    }

    @Test
    void whatCouldNotBeDeletedIsGoneOnWith() throws Exception {
        var id = conversation.id();
        chats.failure = new StorageException(Problem.LOCKED, "another process writes", null);
        var failed = new CountDownLatch(1);
        past.changes().listen(failed::countDown);
        past.delete(id);
        failed.await();
        assertThat(past.content().failed()).isNotNull();
        slow.answer.countDown();
        conversation.ask("Stop it");
        while (chats.appended.isEmpty()) {
            kept.take();
        }
        assertThat(chats.appended).containsOnly(id);
    }

    private static final class Chats implements ChatStorage {
        private final Map<UUID, CountDownLatch> gates = new ConcurrentHashMap<>();
        private final LinkedBlockingQueue<UUID> read = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<UUID> deleted = new LinkedBlockingQueue<>();
        private final List<UUID> appended = new CopyOnWriteArrayList<>();
        private volatile StorageException failure;

        @Override
        public List<Message> history(UUID conversation, int limit) {
            read.add(conversation);
            var gate = gates.get(conversation);
            if (gate != null) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return List.of(new Message(UUID.randomUUID(), conversation, Instant.now(), Role.USER, "said in " + conversation, List.of()));
        }

        @Override
        public Message append(UUID conversation, Role role, String content, List<UUID> executions) {
            appended.add(conversation);
            return new Message(UUID.randomUUID(), conversation, Instant.now(), role, content, executions);
        }

        @Override
        public int delete(UUID conversation) throws StorageException {
            if (failure != null) {
                throw failure;
            }
            deleted.add(conversation);
            return 1;
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
        public int damaged() {
            return 0;
        }
    }

    /** Answers nothing, and only when it may. */
    private static final class Slow implements RequestBuilder {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answer = new CountDownLatch(1);

        @Override
        public EnrichedRequest build(String prompt, List<Message> history) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Answer ask(String prompt, List<Message> history, String conversationId) throws RequestException, InterruptedException {
            asked.countDown();
            answer.await();
            throw new RequestException(RequestException.Problem.AGENT, "the agent has no answer", null);
        }

        @Override
        public PlanResult run(Answer answer, Approval approval, PlanListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<AwsResource> refresh(Answer answer) {
            return List.of();
        }
    }

    private record Always<T>(T service) implements ComponentServiceObjects<T> {
        @Override
        public T getService() {
            return service;
        }

        @Override
        public void ungetService(T given) {
        }

        @Override
        public ServiceReference<T> getServiceReference() {
            throw new UnsupportedOperationException();
        }
    }
}
