package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

import cloudops.storage.EstateStorage;
import cloudops.storage.EstateStorage.DamagedRecord;
import cloudops.storage.ResourceFilter;
import cloudops.vectorstore.VectorStores;
import picocli.CommandLine.Command;

/** {@code cloudops store verify}. */
@Command(name = "verify", description = "Reads and decrypts every record of the estate, and names those that are damaged or were changed.")
final class StoreVerifyCommand implements Callable<Integer> {

    private final Cli cli;

    private record Verified(String store, long records, List<DamagedRecord> damaged) {
    }

    StoreVerifyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var storage = cli.service(EstateStorage.class);
        var whole = new AtomicLong();
        storage.list(ResourceFilter.ALL, resource -> whole.incrementAndGet());
        if (cli.json()) {
            cli.print(new Verified(cli.service(VectorStores.class).own(), whole.get(), storage.damaged()));
        } else {
            cli.console().out().println(whole + " records are whole and genuine, " + storage.damaged().size() + " are not");
        }
        return Damage.report(cli, storage);
    }
}
