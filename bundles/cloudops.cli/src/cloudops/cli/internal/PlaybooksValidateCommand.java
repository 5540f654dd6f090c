package cloudops.cli.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import cloudops.playbooks.Playbook;
import cloudops.playbooks.PlaybookFolder;
import cloudops.playbooks.PlaybookRepository.BadPlaybook;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops playbooks validate}. */
@Command(name = "validate", description = "Checks playbook files without using them.")
final class PlaybooksValidateCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "PATH", description = "A playbook, or a folder of them.")
    private Path path;

    PlaybooksValidateCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result. */
    record Validation(List<String> valid, List<BadPlaybook> rejected) {
    }

    @Override
    public Integer call() throws Exception {
        var playbooks = read();
        var validation = new Validation(playbooks.all().stream().map(Playbook::id).toList(), playbooks.rejected());
        if (cli.json()) {
            cli.print(validation);
        } else {
            validation.valid().forEach(id -> cli.console().out().println("good: " + id));
        }
        PlaybooksListCommand.reportRejected(cli, validation.rejected());
        if (validation.rejected().isEmpty()) {
            return ExitCode.DONE;
        }
        return validation.valid().isEmpty() ? ExitCode.FAILED : ExitCode.PARTLY;
    }

    private PlaybookFolder read() throws CliException {
        if (!Files.exists(path)) {
            throw new CliException(ExitCode.FAILED, "there is no file or folder " + path, null);
        }
        try {
            return new PlaybookFolder(path);
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, path + " cannot be read: " + e.getMessage(), null);
        }
    }
}
