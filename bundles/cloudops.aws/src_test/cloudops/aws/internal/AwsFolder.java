package cloudops.aws.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import cloudops.model.Environment;

/** AWS files of a test. */
record AwsFolder(Path folder) {

    static final String KEYS = """
            aws_access_key_id = AKIAIOSFODNN7EXAMPLE
            aws_secret_access_key = secret
            """;

    AwsFolder config(String text) {
        return write("config", text);
    }

    AwsFolder credentials(String text) {
        return write("credentials", text);
    }

    Environment environment() {
        return environment(null);
    }

    Environment environment(String endpoint) {
        return new Environment(folder.resolve("home"), folder.resolve("config"), folder.resolve("credentials"),
                Optional.ofNullable(endpoint).map(URI::create), false, false);
    }

    /** Key pairs of the home, for as long as they are used. */
    KeychainKeys keychain() {
        return new KeychainKeys(environment(), new MemoryVault());
    }

    private AwsFolder write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
