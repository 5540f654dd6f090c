package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.playbooks.PlaybookRepository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops playbooks show}. */
@Command(name = "show", description = "Shows one playbook.")
final class PlaybooksShowCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "The playbook.")
    private String id;

    PlaybooksShowCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var playbook = cli.service(PlaybookRepository.class).find(id)
                .orElseThrow(() -> new CliException(ExitCode.FAILED, "there is no playbook '" + id + "'", "cloudops playbooks list"));
        if (cli.json()) {
            cli.print(playbook);
            return ExitCode.DONE;
        }
        var out = cli.console().out();
        out.println(playbook.id() + " " + playbook.version() + ": " + playbook.title());
        playbook.parameters().forEach(p -> out.printf("  parameter  %-28s from %s%n", p.name(), p.from()));
        playbook.steps().forEach(step -> out.printf("  step %-5s %s %s%n", step.id(), step.command(), String.join(" ", step.args())));
        out.println("  risk       " + playbook.risk().base().name().toLowerCase(java.util.Locale.ROOT) + ": " + playbook.risk().impact());
        return ExitCode.DONE;
    }
}
