package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;

import cloudops.model.DisplayText;
import cloudops.playbooks.PlaybookRepository;
import cloudops.playbooks.PlaybookRepository.BadPlaybook;
import picocli.CommandLine.Command;

/** {@code cloudops playbooks list}. */
@Command(name = "list", description = "Lists the playbooks.")
final class PlaybooksListCommand implements Callable<Integer> {

    private final Cli cli;

    PlaybooksListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var repository = cli.service(PlaybookRepository.class);
        if (cli.json()) {
            cli.print(repository.all());
        } else {
            var table = new Table("PLAYBOOK", "VERSION", "WHAT IT DOES");
            repository.all().forEach(playbook -> table.row(playbook.id(), playbook.version(), playbook.title()));
            table.print(cli.console().out());
        }
        reportRejected(cli, repository.rejected());
        return repository.rejected().isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    static void reportRejected(Cli cli, List<BadPlaybook> rejected) {
        rejected.forEach(bad -> cli.console().err().println("cloudops: bad playbook " + DisplayText.line(bad.file()) + ":" + bad.line() + ": "
                + DisplayText.line(bad.message())));
    }
}
