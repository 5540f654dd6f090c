package cloudops.cli.internal;

import cloudops.backup.S3Location;
import picocli.CommandLine.Option;

/** As whom a backup command goes to S3. */
final class BackupS3Options {

    @Option(names = "--profile", paramLabel = "PROFILE", description = "AWS profile for S3 (${DEFAULT-VALUE}).")
    private String profile = "default";

    @Option(names = "--region", paramLabel = "REGION", description = "Region of the bucket (else the profile's).")
    private String region;

    /** @throws CliException {@code USAGE} when {@code uri} is not the address of a bucket */
    S3Location location(String uri) throws CliException {
        try {
            return S3Location.parse(uri, profile, region);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, e.getMessage(), null);
        }
    }
}
