package cloudops.cli.internal;

import java.util.List;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStores;
import cloudops.vectorstore.spi.OpenStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cloudops store}. */
@Command(name = "store", description = "Looks after the place where the estate is kept.")
final class StoreCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: status, verify or migrate");
    }

    /** @throws CliException {@code USAGE} when {@code address} is no address of a store */
    static OpenStore open(VectorStores stores, String address) throws VectorStoreException, CliException {
        try {
            return stores.open(address);
        } catch (IllegalArgumentException e) {
            var failure = Failure.ofMessage(ExitCode.USAGE, e.getMessage());
            throw new CliException(failure.exitCode(), failure.message(), failure.remedy());
        }
    }

    /** The collections of a store, as results show them. */
    record Collections(String store, List<Collection> collections) {
    }

    record Collection(String collection, int dimensions, long points) {
    }
}
