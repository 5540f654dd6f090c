package cloudops.aws.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.json.Json;
import software.amazon.awssdk.services.ssooidc.SsoOidcClient;
import software.amazon.awssdk.services.ssooidc.model.CreateTokenRequest;

/** What {@code aws sso login} left in a file: the right to ask for keys of roles. */
final class SsoToken {

    private static final Logger LOG = LoggerFactory.getLogger(SsoToken.class);

    private final ObjectNode json;
    private final Instant expiresAt;

    private SsoToken(ObjectNode json) {
        this.json = json;
        this.expiresAt = time("expiresAt");
    }

    /** @param name the session's, or the URL where one signs in where there is none */
    static Path file(Path cache, String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8)); // a name for a file, no secret
            return cache.resolve(HexFormat.of().formatHex(digest) + ".json");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** @return empty when there is none. @throws AwsException {@code PARSE}, with the file and without its content */
    static Optional<SsoToken> read(Path file) throws AwsException {
        try {
            if (Json.mapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode json && json.path("accessToken").isTextual()) {
                return Optional.of(new SsoToken(json));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | DateTimeException e) { // the message of either may quote the token
            throw unreadable(file);
        }
        throw unreadable(file);
    }

    private static AwsException unreadable(Path file) {
        return new AwsException(Problem.PARSE, Problem.PARSE.name(), "the token of a single sign-on cannot be read: " + file
                + "; try: remove it and sign in again with aws sso login", null);
    }

    String accessToken() {
        return json.path("accessToken").textValue();
    }

    Instant expiresAt() {
        return expiresAt;
    }

    boolean endsBefore(Instant time) {
        return expiresAt.isBefore(time);
    }

    /** Whether it came with what another one can be had for. */
    boolean renewable(Instant now) {
        return json.path("refreshToken").isTextual() && json.path("clientId").isTextual() && json.path("clientSecret").isTextual()
                && json.path("registrationExpiresAt").isTextual() && time("registrationExpiresAt").isAfter(now);
    }

    /**
     * Gets another one and leaves it where this one was: the old one may be of no use any more, to the CLI either.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException when it is refused
     */
    SsoToken renewed(SsoOidcClient client, Path file, Clock clock) throws AwsException {
        var answer = client.createToken(CreateTokenRequest.builder().grantType("refresh_token")
                .clientId(json.path("clientId").textValue()).clientSecret(json.path("clientSecret").textValue())
                .refreshToken(json.path("refreshToken").textValue()).build());
        var renewed = json.deepCopy();
        renewed.put("accessToken", answer.accessToken());
        renewed.put("expiresAt", clock.instant().plusSeconds(answer.expiresIn()).truncatedTo(ChronoUnit.SECONDS).toString());
        if (answer.refreshToken() != null) {
            renewed.put("refreshToken", answer.refreshToken());
        }
        save(renewed, file);
        return new SsoToken(renewed);
    }

    /** Readable by its owner only, as temporary files are. */
    private static void save(ObjectNode json, Path file) {
        try {
            var written = Files.createTempFile(file.getParent(), "cloudops-", ".tmp");
            try {
                Files.write(written, Json.mapper().writeValueAsBytes(json));
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(written);
            }
        } catch (IOException e) {
            LOG.warn("a renewed token of a single sign-on was not kept, the next renewal may need a login: {}", e.toString());
        }
    }

    /** Older versions of the CLI wrote {@code UTC} for {@code Z}. */
    private Instant time(String member) {
        return Timestamps.parse(json.path(member).asText().replace("UTC", "Z"));
    }
}
