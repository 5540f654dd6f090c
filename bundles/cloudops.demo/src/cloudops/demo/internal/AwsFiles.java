package cloudops.demo.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import cloudops.demo.internal.Seeder.AccessKey;

/**
 * The AWS files of a demonstration.
 *
 * @param config the {@code config} file
 * @param credentials the {@code credentials} file
 */
public record AwsFiles(Path config, Path credentials) {

    /** Writes both below {@code folder}, a profile an account. */
    static AwsFiles write(Path folder, List<AccessKey> keys) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var config = new StringBuilder();
        var credentials = new StringBuilder();
        for (var key : keys) {
            var name = key.account().profile();
            config.append("[profile ").append(name).append("]\nregion = us-west-2\noutput = json\n\n");
            credentials.append('[').append(name).append("]\naws_access_key_id = ").append(key.id())
                    .append("\naws_secret_access_key = ").append(key.secret()).append("\n\n");
        }
        var files = new AwsFiles(folder.resolve("config"), folder.resolve("credentials"));
        Files.writeString(files.config, config);
        Files.createFile(files.credentials, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(files.credentials, credentials);
        return files;
    }
}
