package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import cloudops.scanner.EstateSync;
import cloudops.scanner.ServiceStatus;
import picocli.CommandLine.Command;

/** {@code cloudops sync status}. */
@Command(name = "status", description = "Says of each service when it was last scanned, and how that went.")
final class SyncStatusCommand implements Callable<Integer> {

    private final Cli cli;

    SyncStatusCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var services = cli.service(EstateSync.class).status();
        if (cli.json()) {
            cli.print(services);
        } else if (services.isEmpty()) {
            cli.say("Nothing was scanned yet.");
        } else {
            print(services, cli.console().out());
        }
        return ExitCode.DONE;
    }

    private static void print(List<ServiceStatus> services, PrintStream out) {
        var table = new Table("SERVICE", "LAST SYNC", "SCAN", "FOUND", "WRITTEN", "DELETED", "PERMISSIONS", "NOT COMPLETE");
        for (var each : services) {
            table.row(each.service(), ExecutionText.time(each.lastSync()), each.incremental() ? "incremental" : "full",
                    each.discovered(), each.upserted(), each.deleted(),
                    each.permissionSuccessRate() == null ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * each.permissionSuccessRate()), trouble(each));
        }
        table.print(out);
    }

    private static String trouble(ServiceStatus status) {
        var scopes = status.scopes();
        if (scopes.partial() + scopes.failed() == 0) {
            return "";
        }
        var errors = status.errors().entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        return (scopes.partial() + scopes.failed()) + " of " + (scopes.complete() + scopes.partial() + scopes.failed())
                + (errors.isEmpty() ? "" : ": " + errors);
    }
}
