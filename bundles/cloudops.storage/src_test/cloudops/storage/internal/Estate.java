package cloudops.storage.internal;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.storage.EmbeddingText;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.spi.PassphraseSource;

/** Resources, homes and passphrases for tests. */
final class Estate {

    static final String ACCOUNT = "123456789012";

    /** Cheap, so that tests are fast. */
    static final Argon2 CHEAP = new Argon2(64, 1, 1);

    private Estate() {
    }

    static AwsResource resource(String type, String identifier, String name, String state, Map<String, String> tags,
            Map<String, Object> metadata) {
        var service = type.substring(0, type.indexOf('_'));
        return new AwsResource(type, identifier, ACCOUNT, "production", "us-west-2", service,
                "arn:aws:" + service + ":us-west-2:" + ACCOUNT + ":" + identifier, name, state, tags,
                Instant.parse("2026-01-01T10:30:00Z"), null, null, metadata);
    }

    static AwsResource rds(String name) {
        return resource("rds_instance", name, name, "available", Map.of("environment", "production"), Map.of("engine", "postgres"));
    }

    static AwsResource ec2(String id, String name) {
        return resource("ec2_instance", id, name, "running", Map.of("Name", name), Map.of("instance_type", "t3.micro"));
    }

    static AwsResource in(AwsResource resource, String account, String accountName, String region) {
        return new AwsResource(resource.resourceType(), resource.identifier(), account, accountName, region, resource.service(),
                resource.arn(), resource.name(), resource.state(), resource.tags(), resource.lastSynced(), resource.iam(),
                resource.constraints(), resource.metadata());
    }

    static AwsResource at(AwsResource resource, Instant lastSynced, String state) {
        return new AwsResource(resource.resourceType(), resource.identifier(), resource.accountId(), resource.accountName(),
                resource.region(), resource.service(), resource.arn(), resource.name(), state, resource.tags(), lastSynced,
                resource.iam(), resource.constraints(), resource.metadata());
    }

    static Embedded withVector(AwsResource resource) {
        return new Embedded(resource, WordVectors.of(EmbeddingText.of(resource, resource.resourceType())));
    }

    static List<Embedded> embedded(AwsResource... resources) {
        return List.of(resources).stream().map(Estate::withVector).toList();
    }

    static Environment home(Path home) {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    static HomeKey homeKey(Path home, String passphrase) {
        var key = new HomeKey(home(home), null, CHEAP);
        key.passphraseSources = List.of(passphrase(passphrase, new AtomicInteger()));
        return key;
    }

    static PassphraseSource passphrase(String passphrase, AtomicInteger asked) {
        return (home, create) -> {
            asked.incrementAndGet();
            return Optional.ofNullable(passphrase).map(String::toCharArray);
        };
    }
}
