package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.backup.Backup;
import cloudops.backup.BackupManager;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.storage.ChatStorage;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.EstateStorage;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.HomeKeys;
import cloudops.storage.ResourceFilter;

/** Backups of the encrypted estate and its conversations, with the keys of a home as they are rotated. */
class BackupTest {

    private static final int RESOURCES = 300;
    private static final HomeKeys.Progress QUIET = (done, total) -> {
    };

    @TempDir
    Path home;

    private Services services;

    @AfterEach
    void close() {
        if (services != null) {
            services.close();
        }
    }

    private void open() {
        services = new Services(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false),
                "correct horse".toCharArray());
    }

    @Test
    void backupsHoldOneMomentWhileOthersWriteAndKeysAreRotated() throws Exception {
        open();
        var backups = services.get(BackupManager.class);
        var keys = services.get(HomeKeys.class);
        var chats = services.get(ChatStorage.class);
        write("s0");
        var conversation = UUID.randomUUID();
        chats.append(conversation, Role.USER, "where is the main database?", List.of());
        var stop = new AtomicBoolean();
        var made = new ArrayList<Backup>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            var writer = threads.submit(until(stop, i -> write("s" + (i + 1))));
            var rotator = threads.submit(until(stop, i -> keys.rotate(QUIET)));
            try {
                for (int i = 0; i < 4; i++) {
                    made.add(backups.create());
                }
            } finally {
                stop.set(true);
            }
            writer.get();
            assertThat(rotator.get()).as("rotations meanwhile").isPositive();
        }
        assertThat(made).allSatisfy(backup -> assertThat(backup.leftOut()).isZero());
        for (var backup : made) {
            backups.verify(backup.id());
            backups.restore(backup.id());
            var found = resources();
            assertThat(found).hasSize(RESOURCES);
            assertThat(new HashSet<>(found.stream().map(AwsResource::state).toList())).as("states in one backup").hasSize(1);
            assertThat(chats.history(conversation, 10)).hasSize(1);
            assertThat(chats.damaged()).isZero();
        }
        var status = keys.status();
        assertThat(status.records()).as("what was restored is encrypted with the key of today").containsOnlyKeys(status.version());
    }

    @Test
    void aBackupOfBeforeARotationIsRestoredUnderTheKeyOfToday() throws Exception {
        open();
        var backups = services.get(BackupManager.class);
        var keys = services.get(HomeKeys.class);
        var chats = services.get(ChatStorage.class);
        var conversation = UUID.randomUUID();
        write("before");
        chats.append(conversation, Role.USER, "before the rotation", List.of());
        var backup = backups.create();
        keys.rotate(QUIET);
        write("after");
        chats.append(conversation, Role.USER, "after the rotation", List.of());

        backups.restore(backup.id());

        assertThat(resources()).hasSize(RESOURCES).allSatisfy(resource -> assertThat(resource.state()).isEqualTo("before"));
        assertThat(chats.history(conversation, 10)).extracting(ChatStorage.Message::content).containsExactly("before the rotation");
        assertThat(keys.status().records()).containsOnlyKeys(2);
        assertThat(services.get(EstateStorage.class).search("db-7", ResourceFilter.ALL, 1).getFirst().resource().name()).isEqualTo("db-7");
        write("again");
        assertThat(backups.verify(backups.create().id()).leftOut()).isZero();
    }

    @Test
    void theSettingsScheduleBackups() throws Exception {
        Files.createDirectories(home);
        Files.writeString(home.resolve("settings.json"), "{\"backup\": {\"schedule\": {\"interval\": \"12h\", \"delay\": 0}}}");
        try (var changes = home.getFileSystem().newWatchService()) {
            // a backup gets its name there in its last step
            Files.createDirectories(home.resolve("backups")).register(changes, StandardWatchEventKinds.ENTRY_CREATE);
            open();
            var backups = services.get(BackupManager.class);
            while (backups.list().isEmpty()) {
                var change = changes.poll(60, TimeUnit.SECONDS);
                assertThat(change).as("something happens").isNotNull();
                change.pollEvents();
                change.reset();
            }
            assertThat(backups.list()).hasSize(1);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run(int number) throws Exception;
    }

    /** @return how often it was done */
    private static Callable<Integer> until(AtomicBoolean stop, Step step) {
        return () -> {
            int done = 0;
            while (!stop.get()) {
                step.run(done++);
            }
            return done;
        };
    }

    /** All resources in one write. */
    private void write(String state) throws Exception {
        services.get(EstateStorage.class).upsert(IntStream.range(0, RESOURCES).mapToObj(i -> new Embedded(resource(i, state), null)).toList());
    }

    private List<AwsResource> resources() throws Exception {
        var found = new ArrayList<AwsResource>();
        services.get(EstateStorage.class).list(ResourceFilter.ALL, found::add);
        return found;
    }

    private static AwsResource resource(int i, String state) {
        return new AwsResource("rds_instance", "db-" + i, "111111111111", "production", "us-east-1", "rds",
                "arn:aws:rds:us-east-1:111111111111:db:db-" + i, "db-" + i, state, Map.of("team", "billing"), Instant.parse("2026-01-01T10:30:00Z"), null,
                null, Map.of());
    }
}
