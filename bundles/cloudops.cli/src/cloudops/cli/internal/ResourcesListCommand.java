package cloudops.cli.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.concurrent.Callable;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.storage.EstateStorage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloudops resources list}. */
@Command(name = "list", description = "Lists resources.")
final class ResourcesListCommand implements Callable<Integer> {

    private final Cli cli;

    @Mixin
    private FilterOptions filter;

    @Option(names = "--format", description = "table or jsonl (one JSON document a line).")
    private ListFormat format = ListFormat.TABLE;

    ResourcesListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var storage = cli.service(EstateStorage.class);
        if (cli.json()) {
            var all = new ArrayList<AwsResource>();
            storage.list(filter.filter(), all::add);
            cli.print(all);
        } else if (format == ListFormat.JSONL) {
            storage.list(filter.filter(), this::printLine);
        } else {
            var table = new Table("ACCOUNT", "REGION", "TYPE", "NAME", "STATE", "ID");
            storage.list(filter.filter(), r -> table.row(r.accountName(), r.region(), r.resourceType(), r.name(), r.state(), r.identifier()));
            table.print(cli.console().out());
        }
        return Damage.report(cli, storage);
    }

    private void printLine(AwsResource resource) {
        try {
            cli.console().out().println(Json.mapper().writeValueAsString(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
