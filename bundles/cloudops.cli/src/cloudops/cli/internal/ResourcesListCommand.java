package cloudops.cli.internal;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloudops resources list}. */
@Command(name = "list", description = "Lists resources.")
final class ResourcesListCommand implements Callable<Integer> {

    private final Cli cli;

    @Mixin
    private FilterOptions filter;

    @Option(names = "--format", description = ListFormat.DESCRIPTION)
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
        } else if (format == ListFormat.CSV) {
            printCsv(storage);
        } else {
            printTable(storage);
        }
        return Damage.report(cli, storage);
    }

    private void printTable(EstateStorage storage) throws StorageException {
        var table = new Table("ACCOUNT", "REGION", "TYPE", "NAME", "STATE", "ID");
        storage.list(filter.filter(), r -> table.row(r.accountName(), r.region(), r.resourceType(), r.name(), r.state(), r.identifier()));
        if (!table.isEmpty()) {
            table.print(cli.console().out());
        } else if (storage.count(ResourceFilter.ALL) == 0) {
            cli.say("No resource is known yet. Find some: cloudops scan --profile PROFILE");
        } else {
            cli.say("No resource is of that kind.");
        }
    }

    private void printCsv(EstateStorage storage) throws StorageException {
        var csv = new Csv(cli.console().out());
        csv.row("account_id", "account_name", "region", "service", "resource_type", "identifier", "name", "state", "arn", "tags", "last_synced");
        storage.list(filter.filter(), r -> csv.row(r.accountId(), r.accountName(), r.region(), r.service(), r.resourceType(), r.identifier(),
                r.name(), r.state(), r.arn(), tags(r), r.lastSynced()));
    }

    private static String tags(AwsResource resource) {
        return new TreeMap<>(resource.tags()).entrySet().stream().map(tag -> tag.getKey() + "=" + tag.getValue()).collect(joining("; "));
    }

    private void printLine(AwsResource resource) {
        try {
            cli.console().out().println(Json.mapper().writeValueAsString(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
