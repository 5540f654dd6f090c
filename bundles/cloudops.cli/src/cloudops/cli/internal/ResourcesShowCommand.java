package cloudops.cli.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.HistoryFilter;
import cloudops.model.AwsResource;
import cloudops.storage.EstateStorage;
import cloudops.storage.SearchHit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cloudops resources show}. */
@Command(name = "show", description = "Shows one resource with permissions, constraints and reasons, and what was run on it last.")
final class ResourcesShowCommand implements Callable<Integer> {

    private static final int CANDIDATES = 20;
    private static final int EXECUTIONS = 5;

    private final Cli cli;

    @Mixin
    private FilterOptions filter;

    @Parameters(paramLabel = "ID|ARN|NAME", description = "The resource.")
    private String wanted;

    ResourcesShowCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var storage = cli.service(EstateStorage.class);
        var resource = one(storage.search(wanted, filter.filter(), CANDIDATES).stream()
                .map(SearchHit::resource).filter(each -> each.isCalled(wanted)).toList());
        if (cli.json()) {
            cli.print(resource);
        } else {
            ResourceText.print(resource, cli.console().out());
            printExecutions(resource);
        }
        return Damage.report(cli, storage);
    }

    /** The last; all with {@code executions list --resource}. */
    private void printExecutions(AwsResource resource) throws ExecutionException {
        var last = cli.service(ExecutionEngine.class)
                .history(new HistoryFilter(null, null, Set.of(), resource.arn(), null, null, null, 2 * EXECUTIONS)).stream()
                .filter(each -> !each.kind().equals("plan")).limit(EXECUTIONS).toList();
        if (!last.isEmpty()) {
            cli.console().out().println("executions");
            last.forEach(each -> cli.console().out().println("  " + ExecutionText.time(each.startedAt()) + "  " + ExecutionText.brief(each)));
        }
    }

    private AwsResource one(List<AwsResource> found) throws CliException {
        if (found.isEmpty()) {
            throw new CliException(ExitCode.FAILED, "no resource has the ID, ARN or name '" + wanted + "'",
                    "cloudops search " + (wanted.matches("[\\w.:/-]+") ? wanted : "WORDS"));
        }
        if (found.size() > 1) {
            var where = found.stream().map(r -> r.accountName() + " " + r.region() + " " + r.resourceType()).toList();
            throw new CliException(ExitCode.FAILED, found.size() + (found.size() == CANDIDATES ? " resources or more" : " resources")
                    + " are called '" + wanted + "': " + String.join(", ", where),
                    "narrow it with --account, --region or --type");
        }
        return found.getFirst();
    }
}
