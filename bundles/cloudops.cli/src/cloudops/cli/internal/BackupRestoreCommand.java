package cloudops.cli.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code cloudops backup restore}. */
@Command(name = "restore", description = "Puts a backup in the place of the store, in one step, after it was verified.")
final class BackupRestoreCommand implements Callable<Integer> {

    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private final Cli cli;

    @Parameters(paramLabel = "ID|DATE", description = "An ID, or the newest backup of then or before: 2026-01-31 (its end), 2026-01-31T09:00, 7d (ago).")
    private String wanted;

    @Option(names = "--from-s3", paramLabel = "URI", description = "Fetches it from there: s3://bucket/folder.")
    private String fromS3;

    @Mixin
    private BackupS3Options s3;

    BackupRestoreCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not restored: read-only", null);
        }
        var location = fromS3 == null ? null : s3.location(fromS3);
        var backups = cli.service(BackupManager.class);
        var id = id(backups, location == null ? backups.list() : backups.list(location));
        if (location != null) {
            backups.download(id, location);
        }
        var restored = backups.restore(id);
        if (cli.json()) {
            cli.print(restored);
        } else {
            BackupText.print(restored, cli.console().out());
            cli.console().out().println("Restored: the store is as it was then.");
        }
        return ExitCode.DONE;
    }

    private String id(BackupManager backups, List<Backup> there) throws CliException, BackupException {
        return there.stream().anyMatch(backup -> backup.id().equals(wanted)) ? wanted : backups.newest(there, time()).id();
    }

    private Instant time() throws CliException {
        try {
            return DAY.matcher(wanted).matches()
                    ? LocalDate.parse(wanted).plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant().minusNanos(1)
                    : new TimeOption().convert(wanted);
        } catch (TypeConversionException | DateTimeException e) {
            throw new CliException(ExitCode.FAILED, "there is no backup '" + wanted + "', and it is no time",
                    "cloudops backup list" + (fromS3 == null ? "" : " --s3 " + fromS3));
        }
    }
}
