package cloudops.cli.internal;

import cloudops.model.DisplayText;
import cloudops.storage.EstateStorage;

/** Tells of records that could not be served. */
final class Damage {

    private Damage() {
    }

    /** The exit code of a command that read {@code storage}: PARTLY when records had to be left out, which are named on standard error. */
    static int report(Cli cli, EstateStorage storage) {
        var damaged = storage.damaged();
        damaged.forEach(record -> cli.console().err()
                .println("cloudops: record " + record.id() + " of the store is damaged and left out: " + DisplayText.line(record.reason())));
        if (!damaged.isEmpty()) {
            cli.console().err().println("  try: scan again, which writes it anew");
        }
        return damaged.isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }
}
