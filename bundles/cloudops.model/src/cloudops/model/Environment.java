package cloudops.model;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where one run of the program keeps its things and how it reaches AWS. A face (command line, workbench, test) registers exactly one as a
 * service before it uses any other service; everything that reads or writes the home waits for it.
 *
 * @param home folder with store, keys, settings and history; made on first use, mode 0700
 * @param awsConfigFile the AWS {@code config} file
 * @param awsCredentialsFile the AWS {@code credentials} file
 * @param endpointUrl replaces every AWS endpoint (a simulator, a VPC endpoint)
 * @param readOnly refuse everything but reads
 * @param keychain whether the operating system's keychain may hold this home's key; a throw-away home says no
 */
public record Environment(Path home, Path awsConfigFile, Path awsCredentialsFile, Optional<URI> endpointUrl, boolean readOnly,
        boolean keychain) {

    public Environment {
        requireNonNull(home, "home");
        requireNonNull(awsConfigFile, "awsConfigFile");
        requireNonNull(awsCredentialsFile, "awsCredentialsFile");
        requireNonNull(endpointUrl, "endpointUrl");
    }
}
