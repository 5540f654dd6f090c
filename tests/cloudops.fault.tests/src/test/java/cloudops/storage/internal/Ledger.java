package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import cloudops.model.AwsResource;
import cloudops.storage.ChatStorage.Message;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;

/**
 * What a home must hold: groups of resources that are written together, each in the round it was last written in, and one conversation. Knows
 * what was said to be written, and what was begun and may be there or not.
 */
final class Ledger {

    static final int GROUPS = 14;
    static final int GROUP = 40;
    static final int DELETED = -1;
    static final UUID CONVERSATION = UUID.fromString("11111111-2222-4333-8444-555555555555");

    private final Map<Integer, Integer> acknowledged = new TreeMap<>();
    private final Map<Integer, Integer> begun = new TreeMap<>();
    private final List<String> messages = new ArrayList<>();
    private String messageBegun;
    private int rotations;

    static List<Embedded> group(int group, int round) {
        var resources = new ArrayList<Embedded>();
        for (int i = 0; i < GROUP; i++) {
            int number = group * GROUP + i;
            var name = "db \"$(" + number + ")\n\u202e\ud83d\udc18";
            resources.add(new Embedded(new AwsResource("rds_instance", "db-" + number, "123456789012", "production", "us-west-2", "rds",
                    "arn:aws:rds:us-west-2:123456789012:db:db-" + number, name, String.valueOf(round), Map.of("n", name),
                    Instant.parse("2026-01-01T10:30:00Z"), null, null, Map.of("round", round)), OpenHome.vector(number)));
        }
        return resources;
    }

    /** Takes in a line that {@link Work} said. */
    void hear(String line) {
        var words = line.split(" ", 3);
        switch (words[0]) {
            case "write" -> begun.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
            case "written" -> {
                acknowledged.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
                begun.remove(Integer.valueOf(words[1]));
            }
            case "append" -> messageBegun = words[1];
            case "appended" -> {
                messages.add(words[1]);
                messageBegun = null;
            }
            case "rotated" -> rotations++;
            default -> throw new AssertionError("it said: " + line);
        }
    }

    int rotations() {
        return rotations;
    }

    int lastRound() {
        return Math.max(acknowledged.values().stream().mapToInt(Integer::intValue).max().orElse(0),
                begun.values().stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    /** Fails unless {@code home} holds what it must, whole; from now on what it holds is what it must hold. */
    void check(OpenHome home) throws StorageException {
        checkEstate(home);
        var said = home.chats().history(CONVERSATION, Integer.MAX_VALUE).stream().map(Message::content).toList();
        assertThat(home.chats().damaged()).isZero();
        if (messageBegun != null && said.size() > messages.size()) {
            messages.add(messageBegun);
        }
        messageBegun = null;
        assertThat(said).isEqualTo(messages);
    }

    /** As {@link #check}, of the resources alone. */
    void checkEstate(OpenHome home) throws StorageException {
        var rounds = new HashMap<Integer, Set<Integer>>();
        var counts = new HashMap<Integer, Integer>();
        home.estate().list(ResourceFilter.ALL, resource -> {
            int group = Integer.parseInt(resource.identifier().substring(3)) / GROUP;
            rounds.computeIfAbsent(group, key -> new HashSet<>()).add(Integer.valueOf(resource.state()));
            counts.merge(group, 1, Integer::sum);
            assertThat(resource.metadata()).isEqualTo(Map.of("round", Integer.valueOf(resource.state())));
        });
        assertThat(home.estate().damaged()).isEmpty();
        assertThat(home.estate().count(ResourceFilter.ALL)).as("what is counted and what is listed")
                .isEqualTo(counts.values().stream().mapToInt(Integer::intValue).sum());
        for (int group = 0; group < GROUPS; group++) {
            int must = acknowledged.getOrDefault(group, DELETED);
            var found = rounds.getOrDefault(group, Set.of(DELETED));
            assertThat(found).as("group %d: a batch is written whole or not at all", group).hasSize(1);
            int round = found.iterator().next();
            assertThat(round).as("group %d", group).isIn(must, begun.getOrDefault(group, must));
            assertThat(counts.getOrDefault(group, 0)).as("group %d", group).isEqualTo(round == DELETED ? 0 : GROUP);
            acknowledged.put(group, round);
        }
        begun.clear();
        checkSearch(home, lastRound() % GROUPS);
    }

    /** What is found by words, whatever the index of words was made from. */
    private void checkSearch(OpenHome home, int group) throws StorageException {
        int round = acknowledged.get(group);
        var id = "db-" + group * GROUP;
        assertThat(home.estate().search(id, ResourceFilter.ALL, 3).stream().map(SearchHit::resource).filter(one -> one.identifier().equals(id))
                .map(AwsResource::state).toList()).isEqualTo(round == DELETED ? List.of() : List.of(String.valueOf(round)));
    }

    /** What any other process can do at once. */
    void writeTo(OpenHome home) throws StorageException {
        int round = lastRound() + 1;
        for (int group : List.of(0, GROUPS - 1)) {
            home.estate().upsert(group(group, round));
            acknowledged.put(group, round);
        }
        var content = "after-round-" + round;
        home.chats().append(CONVERSATION, Role.ASSISTANT, content, List.of());
        messages.add(content);
    }
}
