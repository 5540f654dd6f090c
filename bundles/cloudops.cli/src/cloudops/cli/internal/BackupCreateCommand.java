package cloudops.cli.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupManager;
import cloudops.backup.S3Location;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloudops backup create}. */
@Command(name = "create", description = "Makes a backup of the store as it is now, and checks it. Others may go on writing.")
final class BackupCreateCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--to-s3", paramLabel = "URI", description = "Copies it there, too: s3://bucket/folder.")
    private String toS3;

    @Option(names = "--if-older-than", paramLabel = "SPAN", description = "Only when the newest is older than that: 12h, 1d. For cron.",
            converter = TimeOption.class)
    private Instant ifOlderThan;

    @Mixin
    private BackupS3Options s3;

    BackupCreateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not made: read-only", null);
        }
        var location = toS3 == null ? null : s3.location(toS3);
        var backups = cli.service(BackupManager.class);
        if (ifOlderThan != null) {
            var newest = newest(backups.list(), ifOlderThan, Instant.now());
            if (newest.isPresent()) {
                return notDue(location == null ? newest.get() : copied(newest.get(), backups, location));
            }
        }
        var made = backups.create();
        if (location != null) {
            cli.say("Made backup " + made.id() + "; copying it to " + location);
            made = backups.upload(made.id(), location);
        }
        if (cli.json()) {
            cli.print(made);
        } else {
            BackupText.print(made, cli.console().out());
        }
        if (made.leftOut() > 0) {
            cli.console().err().println("cloudops: " + made.leftOut() + " records of the store are damaged and not in the backup");
            cli.console().err().println("  try: scan again, which writes them anew, then make another");
            return ExitCode.PARTLY;
        }
        return ExitCode.DONE;
    }

    /** The newest made after {@code since}, but not in the future: that is the mark of a clock that was wrong. */
    private static Optional<Backup> newest(List<Backup> backups, Instant since, Instant now) {
        return backups.stream().filter(backup -> backup.createdAt().isAfter(since) && !backup.createdAt().isAfter(now))
                .max(Comparator.comparing(Backup::createdAt));
    }

    /** Who made it may have failed to copy it. */
    private Backup copied(Backup newest, BackupManager backups, S3Location location) throws BackupException, InterruptedException {
        for (var there : backups.list(location)) {
            if (there.id().equals(newest.id())) {
                return there;
            }
        }
        cli.say("Copying backup " + newest.id() + " to " + location);
        return backups.upload(newest.id(), location);
    }

    private int notDue(Backup newest) throws IOException {
        if (cli.json()) {
            cli.print(newest);
        } else {
            cli.say("No backup is due: " + newest.id() + " was made at " + ExecutionText.time(newest.createdAt()) + ".");
        }
        return ExitCode.DONE;
    }
}
