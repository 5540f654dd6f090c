package cloudops.cli.internal;

import java.util.ArrayList;
import java.util.concurrent.Callable;

import cloudops.cli.internal.StoreCommand.Collection;
import cloudops.cli.internal.StoreCommand.Collections;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.VectorStores;
import picocli.CommandLine.Command;

/** {@code cloudops store status}. Needs no key. */
@Command(name = "status", description = "Says where the store is, and how much is in it.")
final class StoreStatusCommand implements Callable<Integer> {

    private final Cli cli;

    StoreStatusCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var stores = cli.service(VectorStores.class);
        var address = stores.own();
        var found = new ArrayList<Collection>();
        try (var store = StoreCommand.open(stores, address)) {
            for (var collection : store.collections().entrySet()) {
                found.add(new Collection(collection.getKey(), collection.getValue(), store.count(collection.getKey(), Filter.ALL)));
            }
        }
        if (cli.json()) {
            cli.print(new Collections(address, found));
        } else {
            cli.say("store " + address);
            var table = new Table("COLLECTION", "POINTS", "DIMENSIONS");
            found.forEach(each -> table.row(each.collection(), each.points(), each.dimensions()));
            table.print(cli.console().out());
        }
        return ExitCode.DONE;
    }
}
