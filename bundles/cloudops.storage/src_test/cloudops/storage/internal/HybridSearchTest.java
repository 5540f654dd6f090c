package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.embedding.Embedder;
import cloudops.model.AwsResource;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;

class HybridSearchTest {

    private static final List<String> TEAMS = List.of("billing", "orders", "search", "checkout", "identity", "reports");

    private static final List<String> ENVIRONMENTS = List.of("production", "staging", "development");

    @TempDir
    Path home;

    private EncryptedEstate estate;

    @BeforeEach
    void fill() throws StorageException {
        // vectors that love main2 above all, as the real model does
        Embedder embedder = texts -> texts.stream().map(text -> WordVectors.of("main2")).toList();
        estate = new EncryptedEstate(new InMemoryVectorStore(), embedder, Estate.homeKey(home, "x"));
        var all = new ArrayList<AwsResource>();
        all.add(Estate.rds("pg-instance-main2"));
        all.add(Estate.ec2("i-0b5e5", "pg-backup-server"));
        all.add(Estate.resource("s3_bucket", "pg-backups-bucket", "pg-backups-bucket", null, Map.of("environment", "production"), Map.of()));
        all.add(Estate.rds("pg-instance-main1"));
        for (int i = 0; i < 300; i++) {
            var team = TEAMS.get(i / 3 % TEAMS.size());
            var environment = ENVIRONMENTS.get(i / 100);
            var tags = Map.of("environment", environment, "team", team);
            all.add(switch (i % 3) {
                case 0 -> Estate.resource("ec2_instance", "i-0%04x".formatted(i * 31), team + "-web-" + environment + "-" + i, "running",
                        tags, Map.of("instance_type", "t3.micro"));
                case 1 -> Estate.resource("rds_instance", team + "-db-" + i, team + "-db-" + i, "available", tags,
                        Map.of("engine", i % 2 == 0 ? "postgres" : "mysql"));
                default -> Estate.resource("s3_bucket", team + "-logs-" + i, team + "-logs-" + i, null, tags, Map.of());
            });
        }
        estate.upsert(all.stream().map(Estate::withVector).toList());
        estate.upsert(List.of(new Embedded(Estate.rds("pg-instance-main2"), WordVectors.of("main2"))));
    }

    /** Else its index is being written while the home is deleted. */
    @AfterEach
    void close() {
        estate.close();
    }

    private List<SearchHit> search(String query) throws StorageException {
        var hits = estate.search(query, ResourceFilter.ALL, 10);
        assertThat(hits).allSatisfy(hit -> assertThat(hit.score()).isBetween(0.0, 1.0));
        assertThat(hits).isSortedAccordingTo((one, other) -> Double.compare(other.score(), one.score()));
        return hits;
    }

    private List<String> names(String query) throws StorageException {
        return search(query).stream().map(hit -> hit.resource().name()).toList();
    }

    @Test
    void pgMainFindsMain1FirstWhateverTheVectorsSay() throws Exception {
        assertThat(names("pg-main")).startsWith("pg-instance-main1", "pg-instance-main2");
        assertThat(names("PG_Main")).startsWith("pg-instance-main1", "pg-instance-main2");
        assertThat(names("pgmain")).isNotEmpty();
    }

    @Test
    void productionPostgresFindsProductionPostgres() throws Exception {
        assertThat(search("production postgres").subList(0, 5)).anySatisfy(hit -> {
            assertThat(hit.resource().resourceType()).isEqualTo("rds_instance");
            assertThat(hit.resource().metadata()).containsEntry("engine", "postgres");
            assertThat(hit.resource().tags()).containsEntry("environment", "production");
        });
    }

    @Test
    void anExactNameIsFirstWithScoreOne() throws Exception {
        for (var query : List.of("pg-instance-main1", "PG-INSTANCE-MAIN1", " pg-instance-main1 ", "Stop pg-instance-main1",
                "please stop \"pg-instance-main1\", now!")) {
            assertThat(search(query)).first().satisfies(hit -> {
                assertThat(hit.resource().name()).isEqualTo("pg-instance-main1");
                assertThat(hit.matchedBy()).isEqualTo("exact_name");
                assertThat(hit.score()).isEqualTo(1);
            });
        }
    }

    @Test
    void aNameThatHoldsAnotherIsThatNameAndNoSentence() throws Exception {
        estate.upsert(Estate.embedded(Estate.ec2("i-blue", "pg-instance-main1 $(blue) \u202e\ud83d\udc18")));
        for (var query : List.of("pg-instance-main1 $(blue) \u202e\ud83d\udc18", " PG-INSTANCE-MAIN1 $(Blue) \u202e\ud83d\udc18 ")) {
            assertThat(search(query)).first().extracting(hit -> hit.resource().identifier()).isEqualTo("i-blue");
            assertThat(search(query)).filteredOn(hit -> hit.matchedBy().startsWith("exact")).singleElement();
        }
    }

    @Test
    void anExactIdOrArnIsFirst() throws Exception {
        for (var query : List.of("i-0b5e5", "arn:aws:ec2:us-west-2:123456789012:i-0b5e5", "stop i-0b5e5", "123456789012-us-west-2-i-0b5e5")) {
            assertThat(search(query)).first().satisfies(hit -> {
                assertThat(hit.resource().name()).isEqualTo("pg-backup-server");
                assertThat(hit.matchedBy()).isEqualTo("exact_id");
            });
        }
        assertThat(names("i-0b5e")).contains("pg-backup-server");
    }

    @Test
    void aTypingErrorIsForgiven() throws Exception {
        assertThat(names("pg-instnce-main1")).startsWith("pg-instance-main1");
        assertThat(names("pg-bakcup-server")).startsWith("pg-backup-server");
        assertThat(names("pginstancemain1")).startsWith("pg-instance-main1");
        assertThat(names("instance-mian1")).first().asString().startsWith("pg-instance-main");
    }

    @Test
    void aPieceOfANameIsEnough() throws Exception {
        assertThat(names("backups-bucket")).startsWith("pg-backups-bucket");
        assertThat(names("pg-back")).startsWith("pg-backup-server", "pg-backups-bucket");
        assertThat(names("main2")).startsWith("pg-instance-main2");
    }

    @Test
    void completesNamesAndIds() throws Exception {
        assertThat(estate.complete("pg-b", ResourceFilter.ALL, 5)).containsExactly("pg-backup-server", "pg-backups-bucket");
        assertThat(estate.complete("PG_Back", ResourceFilter.ALL, 1)).containsExactly("pg-backup-server");
        assertThat(estate.complete("kup-ser", ResourceFilter.ALL, 5)).containsExactly("pg-backup-server");
        assertThat(estate.complete("i-0b5", ResourceFilter.ALL, 5)).containsExactly("i-0b5e5");
        assertThat(estate.complete("billing-web-st", ResourceFilter.ALL, 100)).isNotEmpty().allSatisfy(name ->
                assertThat(name).startsWith("billing-web-staging-"));
        var rdsOnly = new ResourceFilter(List.of(), List.of(), List.of(), List.of("rds_instance"), List.of(), Map.of());
        assertThat(estate.complete("pg", rdsOnly, 5)).containsExactly("pg-instance-main1", "pg-instance-main2");
        for (var nothing : List.of("", "  ", "*", "no-such-name", "\u202e", "\uD800", "x".repeat(5000))) {
            assertThat(estate.complete(nothing, ResourceFilter.ALL, 5)).as(nothing).isEmpty();
        }
    }

    @Test
    void phrasesPluralsAndTagsAreUnderstood() throws Exception {
        assertThat(search("virtual machines of checkout in staging").subList(0, 3)).allSatisfy(hit -> {
            assertThat(hit.resource().resourceType()).isEqualTo("ec2_instance");
            assertThat(hit.resource().tags()).containsEntry("team", "checkout").containsEntry("environment", "staging");
        });
        for (var query : List.of("team=identity environment=staging", "team:identity Environment:Staging", "team identity environment staging")) {
            assertThat(search(query).subList(0, 5)).as(query).allSatisfy(hit -> assertThat(hit.resource().tags())
                    .containsEntry("team", "identity").containsEntry("environment", "staging"));
        }
    }

    @Test
    void synonymsCount() throws Exception {
        assertThat(search("prod pg databases").subList(0, 3)).allSatisfy(hit -> {
            assertThat(hit.resource().resourceType()).isEqualTo("rds_instance");
            assertThat(hit.resource().metadata()).containsEntry("engine", "postgres");
            assertThat(hit.resource().tags()).containsEntry("environment", "production");
        });
        assertThat(search("staging buckets of checkout").subList(0, 3)).allSatisfy(hit -> {
            assertThat(hit.resource().resourceType()).isEqualTo("s3_bucket");
            assertThat(hit.resource().tags()).containsEntry("team", "checkout");
        });
    }

    @Test
    void nothingTypedFindsNothing() throws Exception {
        assertThat(search("")).isEmpty();
        assertThat(search(" \n\t ")).isEmpty();
        assertThat(estate.search("pg", ResourceFilter.ALL, 0)).isEmpty();
        assertThat(estate.search("pg", ResourceFilter.ALL, 3)).hasSize(3);
    }

    @Test
    void whatMatchesNothingByWordsOrMeaningIsNotFound() throws Exception {
        assertThat(search("zzqqxxyy")).allSatisfy(hit -> assertThat(hit.matchedBy()).isEqualTo("meaning"));
    }

    @Test
    void queriesAreTextAndNeverSyntax() throws Exception {
        for (var query : List.of("*", "?", "name:x AND", "\"", "\\", "(((", "a OR b", "[a TO z]", "\u0000", "!@#$%^&*()", "~0.5",
                "pg*".repeat(2000), "\uD800")) {
            search(query);
        }
    }
}
