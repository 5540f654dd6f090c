package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;

import cloudops.model.DisplayText;
import cloudops.storage.StoreVerification;
import cloudops.storage.StoreVerification.Verified;
import cloudops.vectorstore.VectorStores;
import picocli.CommandLine.Command;

/** {@code cloudops store verify}. */
@Command(name = "verify", description = "Reads and decrypts every record of the estate and every message of the conversations, and names those that "
        + "are damaged or were changed.")
final class StoreVerifyCommand implements Callable<Integer> {

    private static final String ESTATE = "aws_estate";

    private final Cli cli;

    /** @param records how many are whole, in all collections */
    private record Result(String store, long records, boolean whole, List<Verified> collections) {
    }

    StoreVerifyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var collections = cli.service(StoreVerification.class).verify();
        var records = collections.stream().mapToLong(Verified::whole).sum();
        var whole = collections.stream().allMatch(Verified::intact);
        if (cli.json()) {
            cli.print(new Result(cli.service(VectorStores.class).own(), records, whole, collections));
        } else {
            print(collections);
        }
        if (!whole) {
            collections.forEach(this::tell);
            return ExitCode.PARTLY;
        }
        cli.say(collections.isEmpty() ? "there is nothing in the store" : "every record is whole and as it was written");
        return ExitCode.DONE;
    }

    private void print(List<Verified> collections) {
        if (!collections.isEmpty()) {
            var table = new Table("COLLECTION", "WHOLE", "DAMAGED");
            collections.forEach(each -> table.row(each.collection(), each.whole(),
                    each.damaged().size() + (each.failure() != null ? " or more" : "")));
            table.print(cli.console().out());
        }
    }

    private void tell(Verified collection) {
        var err = cli.console().err();
        collection.damaged().forEach(record -> err.println("cloudops: record " + record.id() + " of " + collection.collection()
                + " is damaged: " + DisplayText.line(record.reason())));
        if (collection.failure() != null) {
            err.println("cloudops: " + DisplayText.line(collection.failure()));
        }
        if (!collection.intact()) {
            err.println("  try: " + (collection.collection().equals(ESTATE) ? "scan again, which writes it anew"
                    : "restore a backup, or delete the conversation: cloudops chat list"));
        }
    }
}
