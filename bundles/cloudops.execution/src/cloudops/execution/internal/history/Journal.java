package cloudops.execution.internal.history;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.history.HistoryFile.Content;
import cloudops.execution.internal.history.HistoryFile.Damage;
import cloudops.execution.internal.output.PrivateFolder;
import cloudops.execution.spi.LogKeys;
import cloudops.model.Environment;

/**
 * The history of a home, in the file {@code executions/history.log} that all its processes add to. Every state of an execution is a record
 * of its own and none is ever changed.
 * <p>
 * A record outlives its process as soon as it is added. Should the power fail, it depends on the disk: what says that something approved is
 * about to run is written to it at once, though that is not waited for; the rest with the next of that kind, or when the system does so.
 * <p>
 * Reading goes from the newest backwards and as far as it must. Damaged records are left out, warned of once and counted.
 */
@Component(service = History.class)
public final class Journal implements History, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int LONGEST_TEXT = 16 * 1024;

    private final PrivateFolder folder;
    private final HistoryFile file;
    private final Runs runs;
    private final SealSource source;
    private final Clock clock;
    private final Map<Long, Damage> damages = new ConcurrentHashMap<>();
    private volatile Seal seal;

    /** Encrypted; the keys are asked for with the first record that is written or read. */
    @Activate
    public Journal(@Reference Environment environment, @Reference LogKeys keys) {
        this(environment.home().resolve("executions"), () -> new AesSeal(keys.history()), Clock.systemUTC());
    }

    /** @param clock tells when entries are written */
    Journal(Path folder, SealSource source, Clock clock) {
        this.folder = new PrivateFolder(folder);
        var lock = new HomeLock(folder.resolve("history.lock"));
        file = new HistoryFile(folder.resolve("history.log"), lock);
        runs = new Runs(folder.resolve("runs"), lock);
        this.source = source;
        this.clock = clock;
    }

    /** Not encrypted, in files that only the user may read. */
    public static Journal plain(Path folder) {
        return new Journal(folder, PlainSeal::new, Clock.systemUTC());
    }

    @FunctionalInterface
    interface SealSource {
        Seal get() throws IOException;
    }

    private Seal seal() throws IOException {
        if (seal == null) {
            seal = source.get();
        }
        return seal;
    }

    @Override
    public void append(ExecutionRecord state) throws IOException {
        var sealing = seal(); // may ask for a passphrase, so not while others wait
        try {
            folder.make();
            var entry = new Entry(clock.instant(), runs.own(), presentable(state));
            file.append(sealing, entry.toJson());
            if (state.approvedBy() != null && !state.status().ended()) {
                file.syncSoon();
            }
        } catch (IOException e) {
            throw Problems.explain(e);
        }
    }

    /** Of a length that is fit to be read. */
    private static ExecutionRecord presentable(ExecutionRecord state) {
        var about = state.metadata();
        return new ExecutionRecord(state.id(), state.kind(), shortened(state.command()), state.status(), state.exitCode(),
                shortened(state.error()), state.startedAt(), state.completedAt(), new Metadata(about.source(), about.tags(),
                        about.conversationId(), about.accountId(), shortened(about.description()), about.resources()),
                state.contextId(), state.resourceId(), state.risk(), state.approvedBy(), state.approvalHash(), state.planId(),
                state.stepId());
    }

    private static String shortened(String text) {
        if (text == null || text.length() <= LONGEST_TEXT) {
            return text;
        }
        int cut = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
        return text.substring(0, cut) + "… (" + (text.length() - cut) + " more characters)";
    }

    @Override
    public List<ExecutionRecord> find(HistoryFilter filter) throws IOException {
        return explained(select(() -> new Selection(filter)));
    }

    @Override
    public Optional<ExecutionRecord> get(UUID id) throws IOException {
        return explained(select(() -> new Selection(id))).stream().findFirst();
    }

    @Override
    public Watch whenOwnerEnds(UUID id, Runnable action) throws IOException {
        var owner = select(() -> new Selection(id)).stream().map(Entry::run).findFirst();
        return owner.isPresent() ? runs.whenEnded(owner.get(), action) : History.super.whenOwnerEnds(id, action);
    }

    /** How many damaged places were come across so far. */
    public int damaged() {
        return damages.size();
    }

    private List<Entry> select(Supplier<Selection> empty) throws IOException {
        if (!file.exists()) {
            return List.of();
        }
        try {
            folder.make();
            while (true) {
                var selection = empty.get();
                if (read(selection)) {
                    return selection.entries();
                }
            }
        } catch (IOException e) {
            throw Problems.explain(e);
        }
    }

    /** @return false when it is to be read again: a process has died in between, and may have written its last states meanwhile */
    private boolean read(Selection selection) throws IOException {
        boolean found = false; // a dead process that was not known to be dead
        try (var reader = file.read(seal(), this::report)) {
            boolean complete = false;
            for (var content = reader.next(); content != null && !complete; content = reader.next()) {
                var entry = selection.concerns(Entry.idOf(content.bytes())) ? understood(content) : Optional.<Entry>empty();
                if (entry.isPresent() && selection.isLast(entry.get().state().id())) {
                    found |= isUnended(entry.get()) && runs.isNewlyDead(entry.get().run());
                    selection.add(asItIsNow(entry.get()));
                    complete = selection.isComplete(entry.get().at());
                }
            }
            return !found || !reader.isOutdated();
        }
    }

    private Optional<Entry> understood(Content content) {
        try {
            return Optional.of(Entry.of(content.bytes()));
        } catch (IOException e) {
            report(new Damage(content.offset(), "is not understood by this version: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static boolean isUnended(Entry entry) {
        return !entry.state().status().ended();
    }

    /** Whatever the state was when it was written: what was accepted begins at once, and what had no time to end was interrupted. */
    private Entry asItIsNow(Entry last) throws IOException {
        if (!isUnended(last)) {
            return last;
        }
        var state = last.state();
        boolean asked = state.status() == ExecutionStatus.AWAITING_APPROVAL;
        if (runs.isAlive(last.run())) {
            return asked ? last : new Entry(last.at(), last.run(), state.withStatus(ExecutionStatus.RUNNING));
        }
        var why = asked ? "its process ended before anyone consented; nothing ran" : "its process ended while it ran";
        return new Entry(last.at(), last.run(), state.ended(ExecutionStatus.INTERRUPTED, null, why, null));
    }

    private void report(Damage damage) {
        if (damages.put(damage.offset(), damage) == null) {
            LOG.warn("damaged record of the history left out offset={} reason={}", damage.offset(), damage.reason());
        }
    }

    /** Adds to interrupted ones what goes on running of them; to plans, of their steps. */
    private List<ExecutionRecord> explained(List<Entry> entries) throws IOException {
        var states = entries.stream().map(Entry::state).toList();
        if (states.stream().noneMatch(Journal::isInterrupted)) {
            return states;
        }
        var survivors = Survivors.find();
        var explained = new ArrayList<ExecutionRecord>();
        for (var state : states) {
            explained.add(isInterrupted(state) ? explained(state, survivors) : state);
        }
        return explained;
    }

    private ExecutionRecord explained(ExecutionRecord state, Survivors survivors) throws IOException {
        if (survivors.isEmpty()) {
            return state;
        }
        var ids = "plan".equals(state.kind())
                ? select(() -> new Selection(HistoryFilter.plan(state.id()))).stream().map(entry -> entry.state().id()).toList()
                : List.of(state.id());
        var pids = survivors.of(ids);
        return pids.isEmpty() ? state : state.ended(ExecutionStatus.INTERRUPTED, null, state.error() + "; of it still run the processes "
                + pids.stream().map(String::valueOf).collect(joining(", ")) + "; try: cloudops executions cancel " + state.id(), null);
    }

    private static boolean isInterrupted(ExecutionRecord state) {
        return state.status() == ExecutionStatus.INTERRUPTED;
    }

    /** What this process has not ended counts as interrupted from now on. */
    @Override
    @Deactivate
    public void close() {
        try {
            runs.close();
        } catch (IOException e) {
            LOG.warn("lock file of this process not removed", e);
        }
    }
}
