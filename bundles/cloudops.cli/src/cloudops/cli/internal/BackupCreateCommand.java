package cloudops.cli.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;

import cloudops.backup.Backup;
import cloudops.backup.BackupManager;
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
        var location = toS3 == null ? null : s3.location(toS3);
        var backups = cli.service(BackupManager.class);
        if (ifOlderThan != null) {
            var newest = backups.list().stream().filter(backup -> backup.createdAt().isAfter(ifOlderThan)).findFirst();
            if (newest.isPresent()) {
                return notDue(newest.get());
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

    private int notDue(Backup newest) throws IOException {
        if (cli.json()) {
            cli.print(newest);
        } else {
            cli.say("No backup is due: " + newest.id() + " was made at " + ExecutionText.time(newest.createdAt()) + ".");
        }
        return ExitCode.DONE;
    }
}
