package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.backup.BackupManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloudops backup list}. */
@Command(name = "list", description = "Lists backups, newest first.")
final class BackupListCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--s3", paramLabel = "URI", description = "Those there: s3://bucket/folder.")
    private String uri;

    @Mixin
    private BackupS3Options s3;

    BackupListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var location = uri == null ? null : s3.location(uri);
        var backups = cli.service(BackupManager.class);
        var found = location == null ? backups.list() : backups.list(location);
        if (cli.json()) {
            cli.print(found);
        } else if (found.isEmpty()) {
            cli.say("There are no backups " + (location == null ? "of this home." : "in " + location + "."));
        } else {
            BackupText.table(found).print(cli.console().out());
        }
        return ExitCode.DONE;
    }
}
