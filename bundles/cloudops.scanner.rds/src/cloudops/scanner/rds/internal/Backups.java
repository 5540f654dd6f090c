package cloudops.scanner.rds.internal;

/** What the retention of automated backups says of there being any. */
final class Backups {

    private Backups() {
    }

    /** Why there are none, or why that is not known; null when there are. @param retentionDays 0 when they are off, null when not known */
    static String reason(Long retentionDays) {
        if (retentionDays == null) {
            return "the backup retention is not known";
        }
        return retentionDays > 0 ? null : "automated backups are off";
    }
}
