package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import cloudops.model.DisplayText;
import cloudops.storage.HomeKeys;
import cloudops.vectorstore.StoreMigration;
import cloudops.vectorstore.StoreMigration.Leftovers;
import cloudops.vectorstore.StoreMigration.Migrated;
import cloudops.vectorstore.VectorStores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops store migrate}. Needs no key: records are copied as they are. */
@Command(name = "migrate", description = { "Copies the store to another place, compares every record there with the original, and uses it from then on.",
        "Run it again after an interruption: it goes on where it was. The old store stays as it is." })
final class StoreMigrateCommand implements Callable<Integer> {

    private static final String BACK_AND_CLEAR = "\r\033[K";
    private static final int STEP = 100;

    private final Cli cli;

    @Option(names = "--to", required = true, paramLabel = "ADDRESS",
            description = "qdrant://HOST[:PORT], qdrants://HOST[:PORT] (TLS), lucene:/FOLDER, or lucene: for the usual place in the home. A server's "
                    + "address may end with ?api_key_file=FILE&ca_file=FILE&timeout_seconds=N.")
    private String to;

    @Option(names = "--copy-only", description = "Go on using the old place.")
    private boolean copyOnly;

    @Option(names = "--replace", description = "Delete at the target those records of this store that this store has no more, as when it moves back.")
    private boolean replace;

    private record Result(String from, String to, List<Migrated> collections, boolean inUse) {
    }

    StoreMigrateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "a migration writes, and this is read-only", "leave out --read-only");
        }
        var stores = cli.service(VectorStores.class);
        var from = stores.own();
        if (from.equals(to)) {
            throw new CliException(ExitCode.USAGE, "the store is at " + to + " already", "cloudops store status");
        }
        List<Migrated> migrated;
        try (var source = StoreCommand.open(stores, from); var target = StoreCommand.open(stores, to)) {
            var migration = new StoreMigration(source, target, replace ? Leftovers.DELETE : Leftovers.REFUSE, this::show);
            migrated = migration.run();
            if (!copyOnly) {
                // nobody of this home writes, or changes keys, between the last look at the old place and the choice of the new one
                try (var pause = cli.service(HomeKeys.class).pause()) {
                    if (!stores.own().equals(from)) {
                        throw new CliException(ExitCode.FAILED, "the store was moved to " + DisplayText.line(stores.own()) + " by another program meanwhile",
                                "cloudops store status");
                    }
                    migrated = both(migrated, migration.catchUp());
                    stores.choose(to);
                }
            }
        } finally {
            clear();
        }
        report(new Result(from, to, migrated, !copyOnly));
        return ExitCode.DONE;
    }

    /** @param caughtUp has every collection of {@code first} */
    private static List<Migrated> both(List<Migrated> first, List<Migrated> caughtUp) {
        var copied = first.stream().collect(Collectors.toMap(Migrated::collection, Migrated::copied));
        return caughtUp.stream().map(each -> new Migrated(each.collection(), each.dimensions(), each.points(),
                each.copied() + copied.getOrDefault(each.collection(), 0L))).toList();
    }

    private void report(Result result) throws Exception {
        if (cli.json()) {
            cli.print(result);
            return;
        }
        var table = new Table("COLLECTION", "POINTS", "COPIED NOW");
        result.collections().forEach(each -> table.row(each.collection(), each.points(), each.copied()));
        table.print(cli.console().out());
        cli.say("every record at " + DisplayText.line(to) + " is the same as at " + DisplayText.line(result.from())
                + (copyOnly ? "" : "; it is the store from now on"));
    }

    private boolean shown() {
        return cli.console().terminal() && cli.progressWanted();
    }

    private void show(String collection, long done, long total) {
        if (shown() && (done % STEP == 0 || done == total)) {
            cli.console().err().print(BACK_AND_CLEAR + "copying " + collection + " " + done + "/" + total);
            cli.console().err().flush();
        }
    }

    private void clear() {
        if (shown()) {
            cli.console().err().print(BACK_AND_CLEAR);
            cli.console().err().flush();
        }
    }
}
