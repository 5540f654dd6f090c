package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.backup.BackupManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops backup verify}. */
@Command(name = "verify", description = "Reads all of a backup: every file has the right hash, every record decrypts.")
final class BackupVerifyCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "As 'cloudops backup list' shows it.")
    private String id;

    BackupVerifyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var verified = cli.service(BackupManager.class).verify(id);
        if (cli.json()) {
            cli.print(verified);
        } else {
            BackupText.print(verified, cli.console().out());
            cli.console().out().println("Whole: every file has the right hash, and every record decrypts.");
        }
        return ExitCode.DONE;
    }
}
