package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.embedding.Embedder;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.storage.EmbeddingText;
import cloudops.storage.EstateStorage;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;

/** The encrypted estate with the real store and the real embedding model. */
class EstateSearchTest {

    private static final List<String> REGIONS = List.of("us-west-2", "us-east-1", "eu-central-1");

    private static final List<String> ENVIRONMENTS = List.of("production", "staging", "development");

    private static final List<String> TEAMS = List.of("billing", "orders", "search", "checkout", "identity", "reporting", "platform");

    private static final List<String> ROLES = List.of("web", "api", "worker", "cache", "bastion", "batch");

    private static final Map<String, String> LABELS = Map.of("rds_instance", "RDS database instance", "ec2_instance", "EC2 instance",
            "ec2_volume", "EBS volume", "s3_bucket", "S3 bucket");

    @TempDir
    Path home;

    private Services services;

    private EstateStorage open(String passphrase) throws InterruptedException {
        return open(passphrase, false);
    }

    private EstateStorage open(String passphrase, boolean keychain) throws InterruptedException {
        close();
        services = new Services(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false,
                keychain), passphrase.toCharArray());
        return services.get(EstateStorage.class);
    }

    @AfterEach
    void close() {
        if (services != null) {
            services.close();
            services = null;
        }
    }

    private EstateStorage filled() throws Exception {
        var estate = open("correct horse");
        store(estate, estate());
        return estate;
    }

    private void store(EstateStorage estate, List<AwsResource> resources) throws Exception {
        var vectors = services.get(Embedder.class)
                .embed(resources.stream().map(resource -> EmbeddingText.of(resource, LABELS.get(resource.resourceType()))).toList());
        var embedded = new ArrayList<Embedded>();
        for (int i = 0; i < resources.size(); i++) {
            embedded.add(new Embedded(resources.get(i), vectors.get(i)));
        }
        estate.upsert(embedded);
    }

    /** About 350 resources of two accounts, with the names that people give. */
    private static List<AwsResource> estate() {
        var all = new ArrayList<AwsResource>();
        var production = Map.of("environment", "production", "team", "platform");
        all.add(resource("rds_instance", "pg-instance-main2", "pg-instance-main2", 0, "available", production, Map.of("engine", "postgres")));
        all.add(resource("rds_instance", "pg-instance-main1", "pg-instance-main1", 0, "available", production, Map.of("engine", "postgres")));
        all.add(resource("ec2_instance", "i-0123456789abcdef0", "pg-backup-server", 0, "running", production, Map.of()));
        all.add(resource("s3_bucket", "pg-backups-bucket", "pg-backups-bucket", 0, null, production, Map.of()));
        for (int i = 0; i < 348; i++) {
            var environment = ENVIRONMENTS.get(i % 3);
            var team = TEAMS.get(i % TEAMS.size());
            var tags = Map.of("environment", environment, "team", team);
            switch (i / 3 % 4) {
                case 0 -> all.add(resource("ec2_instance", "i-%017x".formatted(i * 7919L), team + "-" + ROLES.get(i % 6) + "-" + i, i,
                        i % 5 == 0 ? "stopped" : "running", tags, Map.of("instance_type", "t3.medium")));
                case 1 -> all.add(resource("rds_instance", team + "-db-" + i, team + "-db-" + i, i, "available", tags,
                        Map.of("engine", List.of("mysql", "postgres", "mariadb").get(i % 7 % 3))));
                case 2 -> all.add(resource("s3_bucket", environment + "-" + team + "-logs-" + i, environment + "-" + team + "-logs-" + i, i,
                        null, tags, Map.of()));
                default -> all.add(resource("ec2_volume", "vol-%017x".formatted(i * 104729L), team + "-data-" + i, i, "in-use", tags,
                        Map.of("volume_type", "gp3")));
            }
        }
        return all;
    }

    private static AwsResource resource(String type, String identifier, String name, int i, String state, Map<String, String> tags,
            Map<String, Object> metadata) {
        var account = i % 2 == 0 ? "111111111111" : "222222222222";
        var region = REGIONS.get(i % REGIONS.size());
        var service = type.substring(0, type.indexOf('_'));
        var named = new TreeMap<>(tags);
        named.put("Name", name);
        return new AwsResource(type, identifier, account, i % 2 == 0 ? "production" : "staging", region, service,
                "arn:aws:" + service + ":" + region + ":" + account + ":" + identifier, name, state, named,
                Instant.parse("2026-01-01T10:30:00Z"), null, null, metadata);
    }

    private static List<String> names(List<SearchHit> hits) {
        return hits.stream().map(hit -> hit.resource().name()).toList();
    }

    @Test
    void findsWhatAPersonMeans() throws Exception {
        var estate = filled();

        assertThat(names(estate.search("pg-main", ResourceFilter.ALL, 5))).startsWith("pg-instance-main1", "pg-instance-main2");

        assertThat(estate.search("production postgres", ResourceFilter.ALL, 5)).anySatisfy(hit -> {
            assertThat(hit.resource().resourceType()).isEqualTo("rds_instance");
            assertThat(hit.resource().metadata()).containsEntry("engine", "postgres");
            assertThat(hit.resource().tags()).containsEntry("environment", "production");
        });

        assertThat(estate.search("pg-instance-main1", ResourceFilter.ALL, 5)).first().satisfies(hit -> {
            assertThat(hit.resource().name()).isEqualTo("pg-instance-main1");
            assertThat(hit.matchedBy()).isEqualTo("exact_name");
            assertThat(hit.score()).isEqualTo(1);
        });
        assertThat(estate.search("i-0123456789abcdef0", ResourceFilter.ALL, 5)).first()
                .satisfies(hit -> assertThat(hit.matchedBy()).isEqualTo("exact_id"));
        assertThat(names(estate.search("pg-instnace-main1", ResourceFilter.ALL, 5))).startsWith("pg-instance-main1");
        assertThat(names(estate.search("pg backup server", ResourceFilter.ALL, 5))).startsWith("pg-backup-server");
        // by meaning alone; an 8-bit model orders what is far behind the first a little differently from one processor to the next
        assertThat(estate.search("stopped virtual machines", ResourceFilter.ALL, 5)).first()
                .satisfies(hit -> assertThat(hit.resource().resourceType()).isEqualTo("ec2_instance"));
        assertThat(estate.search("where do we keep log files", ResourceFilter.ALL, 5)).first()
                .satisfies(hit -> assertThat(hit.resource().resourceType()).isEqualTo("s3_bucket"));
    }

    @Test
    void findsWithinAFilterOnly() throws Exception {
        var estate = filled();
        var filter = new ResourceFilter(List.of("staging"), List.of(), List.of(), List.of("rds_instance"), List.of(),
                Map.of("environment", "production", "team", "billing"));
        assertThat(estate.search("pg-instance-main1 database", filter, 100)).isNotEmpty().allSatisfy(hit -> {
            assertThat(hit.resource().accountName()).isEqualTo("staging");
            assertThat(hit.resource().resourceType()).isEqualTo("rds_instance");
            assertThat(hit.resource().tags()).containsEntry("environment", "production").containsEntry("team", "billing");
        });
        assertThat(estate.count(ResourceFilter.ALL)).isEqualTo(352);
    }

    @Test
    void theEstateOutlivesTheProcessButOpensWithItsPassphraseOnly() throws Exception {
        filled();
        var stranger = open("battery staple");
        assertThatThrownBy(() -> stranger.count(ResourceFilter.ALL)).isInstanceOf(StorageException.class)
                .extracting(e -> ((StorageException) e).problem()).isEqualTo(Problem.WRONG_KEY);
        var again = open("correct horse");
        assertThat(again.count(ResourceFilter.ALL)).isEqualTo(352);
        assertThat(again.changed(estate())).isEmpty();
        assertThat(names(again.search("pg-main", ResourceFilter.ALL, 1))).containsExactly("pg-instance-main1");
    }

    @Test
    void aNewHomeThatMayUseTheKeychainIsMadeWithItOrWithThePassphraseAndOpensAgain() throws Exception {
        open("correct horse", true).count(ResourceFilter.ALL);
        var keyring = Files.readString(home.resolve("keys/keyring.json"));
        assertThat(keyring).containsPattern("\"method\" : \"(keychain|passphrase)\"");
        assertThat(open("correct horse", true).count(ResourceFilter.ALL)).isZero();
        assertThat(home.resolve("keys/keyring.json")).hasContent(keyring);
    }

    @Test
    void nothingOfTheEstateIsInAnyFileOfTheHome() throws Exception {
        var estate = filled();
        estate.search("pg-main", ResourceFilter.ALL, 5);
        close();
        try (var files = Files.walk(home)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(List.of("pg-instance", "pg-backup", "i-0123456789abcdef0", "arn:aws", "checkout", "production"))
                        .as(file.toString()).noneMatch(content::contains);
            }
        }
    }

    @Test
    void aCorruptedRecordIsReportedAndAllOthersServed() throws Exception {
        var estate = filled();
        var store = services.get(VectorStore.class);
        var points = new ArrayList<Point>();
        store.scroll("aws_estate", new Filter(Map.of("resource_type", List.of("s3_bucket"))), points::add);
        var point = points.getFirst();
        var blob = point.blob().clone();
        blob[blob.length - 1] ^= 4;
        store.upsert("aws_estate", List.of(new Point(point.id(), point.vector(), point.payload(), blob)));

        var listed = new ArrayList<AwsResource>();
        estate.list(ResourceFilter.ALL, listed::add);

        assertThat(listed).hasSize(351);
        assertThat(estate.damaged()).singleElement().satisfies(damaged -> assertThat(damaged.id()).isEqualTo(point.id().toString()));
        assertThat(names(estate.search("pg-main", ResourceFilter.ALL, 1))).containsExactly("pg-instance-main1");
        assertThat(estate.changed(estate())).hasSize(1);
        store(estate, estate());
        assertThat(estate.damaged()).isEmpty();
        assertThat(estate.keys(ResourceFilter.ALL)).hasSize(352);
    }

    @Test
    void aBitFlippedOnTheDiskCostsOneRecordUntilTheNextScan() throws Exception {
        filled();
        var damaged = new ArrayList<Point>();
        services.get(VectorStore.class).scroll("aws_estate", new Filter(Map.of("resource_type", List.of("s3_bucket"))), damaged::add);
        var point = damaged.getFirst();
        close();
        flip(point.blob());

        for (int process = 0; process < 2; process++) {
            var estate = open("correct horse");
            var listed = new ArrayList<AwsResource>();
            estate.list(ResourceFilter.ALL, listed::add);
            assertThat(listed).hasSize(351);
            assertThat(estate.damaged()).singleElement().satisfies(one -> assertThat(one.id()).isEqualTo(point.id().toString()));
            assertThat(names(estate.search("pg-main", ResourceFilter.ALL, 1))).containsExactly("pg-instance-main1");
            var missing = estate().stream().map(AwsResource::key).filter(key -> listed.stream().noneMatch(r -> r.key().equals(key))).toList();
            assertThatThrownBy(() -> estate.get(missing.getFirst())).isInstanceOf(StorageException.class)
                    .hasMessageContaining(point.id().toString())
                    .extracting(e -> ((StorageException) e).problem()).isEqualTo(Problem.DAMAGED_RECORD);
        }
        var estate = services.get(EstateStorage.class);
        assertThat(estate.changed(estate())).hasSize(1);
        store(estate, estate());
        assertThat(estate.damaged()).isEmpty();
        assertThat(open("correct horse").keys(ResourceFilter.ALL)).hasSize(352);
    }

    /** One bit in the middle of {@code bytes}, where they are in a file of the store. */
    private void flip(byte[] bytes) throws IOException {
        int flipped = 0;
        try (var files = Files.walk(home.resolve("store"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var content = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = content.indexOf(new String(bytes, StandardCharsets.ISO_8859_1));
                if (at >= 0) {
                    var changed = content.getBytes(StandardCharsets.ISO_8859_1);
                    changed[at + bytes.length / 2] ^= 1;
                    Files.write(file, changed);
                    flipped++;
                }
            }
        }
        assertThat(flipped).isEqualTo(1);
    }

    @Test
    void hostileNamesAreNamesLikeAnyOther() throws Exception {
        var estate = open("correct horse");
        var hostile = new ArrayList<AwsResource>();
        for (var name : List.of("a\"b'c`d", "two  words", "$(touch /tmp/x); rm -rf /", "line\nbreak", "\u202Etxt.exe\u202C",
                "\u05E9\u05DC\u05D5\u05DD-\u05E2\u05D5\u05DC\u05DD", "\uD83D\uDC18\uD83D\uDC18 db", "\u0000")) {
            hostile.add(resource("ec2_instance", name, name, 0, name, Map.of(name, name), Map.of(name, name)));
        }
        store(estate, hostile);
        var listed = new ArrayList<AwsResource>();
        estate.list(ResourceFilter.ALL, listed::add);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(hostile);
        for (var resource : hostile) {
            assertThat(estate.get(resource.key())).contains(resource);
            if (!resource.name().isBlank() && !resource.name().equals("\u0000")) {
                assertThat(estate.search(resource.name(), ResourceFilter.ALL, 3)).first().extracting(SearchHit::resource)
                        .isEqualTo(resource);
            }
        }
    }
}
