package cloudops.cli.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import cloudops.aws.AwsCaller.Transport;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.EstateSync;
import cloudops.scanner.EstateSync.Cause;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanResult;
import cloudops.scanner.SyncRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops sync}. */
@Command(name = "sync", description = { "Keeps scanning until it is stopped: a full scan every 6 hours, an incremental one every 15 minutes, and what "
        + "events of AWS name (section sync of settings.json)." })
final class SyncCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--profile", split = ",", paramLabel = "PROFILE", description = "AWS profiles, one an account; else those of the settings.")
    private List<String> profiles = List.of();

    @Option(names = "--region", split = ",", paramLabel = "REGION", converter = RegionName.class,
            description = "AWS regions; all that are enabled in the account without any, or with all.")
    private List<String> regions = List.of();

    @Option(names = "--service", split = ",", paramLabel = "SERVICE",
            description = "Services as the scanners call them: ec2, rds, s3 …; all without any, or with all.")
    private List<String> services = List.of();

    @Option(names = "--cleanup-stale", description = "Remove what is no longer there, in scopes that a full scan scanned completely.")
    private boolean cleanupStale;

    @Option(names = "--transport", paramLabel = "TRANSPORT", description = "How AWS is called: auto, cli or sdk.")
    private Transport transport = Transport.AUTO;

    SyncCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result, when it was stopped: how many scans there were for which cause. */
    record Scans(Map<String, Integer> scans) {
    }

    @Override
    public Integer call() throws Exception {
        var sync = cli.service(EstateSync.class);
        var request = new SyncRequest(profiles, ScanCommand.withoutAll(regions), ScanCommand.withoutAll(services), cleanupStale, transport);
        try (var signals = new InterruptOnSignal(cli.console()); var shown = new Shown()) {
            return run(sync, request, shown);
        }
    }

    private int run(EstateSync sync, SyncRequest request, Shown shown) throws IOException, CliException {
        try {
            sync.run(request, shown);
            throw new IllegalStateException("it ends only when it is interrupted");
        } catch (IllegalArgumentException e) {
            var failure = Failure.ofMessage(ExitCode.USAGE, e.getMessage());
            throw new CliException(failure.exitCode(), failure.message(), failure.remedy());
        } catch (UncheckedIOException e) {
            throw new CliException(ExitCode.FAILED, e.getMessage() + ": " + e.getCause().getMessage(), null);
        } catch (InterruptedException e) {
            shown.close();
            if (cli.json()) {
                cli.print(shown.scans());
            } else {
                cli.say("Stopped; what was stored stays.");
            }
            return ExitCode.INTERRUPTED;
        }
    }

    /** A line a scan, and the progress of the one that is under way. */
    private final class Shown implements SyncListener, AutoCloseable {

        private final ScanProgressLine line = new ScanProgressLine(cli);
        private final Map<Cause, Integer> scans = new EnumMap<>(Cause.class);

        @Override
        public void progress(ScanProgress progress) {
            line.progress(progress);
        }

        @Override
        public void waiting(String who) {
            line.waiting(who);
        }

        @Override
        public synchronized void ended(Cause cause, ScanResult result) {
            line.close();
            scans.merge(cause, 1, Integer::sum);
            if (!cli.json()) {
                cli.console().out().println(ExecutionText.time(Instant.now()) + "  " + name(cause));
                ScanText.print(result, cli.console().out());
            }
        }

        @Override
        public void problem(String message) {
            line.close();
            Failure.ofMessage(ExitCode.FAILED, message).print(cli.console());
        }

        synchronized Scans scans() {
            var byName = new TreeMap<String, Integer>();
            scans.forEach((cause, count) -> byName.put(name(cause), count));
            return new Scans(byName);
        }

        @Override
        public void close() {
            line.close();
        }
    }

    private static String name(Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }
}
