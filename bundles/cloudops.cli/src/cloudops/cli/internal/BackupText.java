package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import cloudops.backup.Backup;

/** Backups as text. */
final class BackupText {

    private static final long KIB = 1024;

    private BackupText() {
    }

    static void print(Backup backup, PrintStream out) {
        out.println(backup.id());
        ExecutionText.line(out, "made", ExecutionText.time(backup.createdAt()));
        ExecutionText.line(out, "records", records(backup.records()));
        ExecutionText.line(out, "size", size(backup.bytes()));
        ExecutionText.line(out, "key", backup.key());
        ExecutionText.line(out, "in", backup.location());
    }

    static Table table(List<Backup> backups) {
        var table = new Table("ID", "MADE", "RECORDS", "SIZE", "KEY", "IN");
        backups.forEach(backup -> table.row(backup.id(), ExecutionText.time(backup.createdAt()), records(backup.records()), size(backup.bytes()),
                backup.key(), backup.location()));
        return table;
    }

    private static String records(Map<String, Long> records) {
        return records.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", "));
    }

    private static String size(long bytes) {
        return bytes < KIB ? bytes + " B" : bytes < KIB * KIB ? bytes / KIB + " KiB" : bytes / KIB / KIB + " MiB";
    }
}
