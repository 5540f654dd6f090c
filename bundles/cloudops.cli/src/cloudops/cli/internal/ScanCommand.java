package cloudops.cli.internal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

import cloudops.aws.AwsCaller.Transport;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops scan}. */
@Command(name = "scan", description = "Scans AWS accounts into the estate. One scan at a time: another of this home waits.")
final class ScanCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--profile", split = ",", required = true, paramLabel = "PROFILE", description = "AWS profiles, one an account.")
    private List<String> profiles;

    @Option(names = "--region", split = ",", paramLabel = "REGION", converter = RegionName.class,
            description = "AWS regions; all that are enabled in the account without any, or with all.")
    private List<String> regions = List.of();

    @Option(names = "--service", split = ",", paramLabel = "SERVICE",
            description = "Services as the scanners call them: ec2, rds, s3 …; all without any, or with all.")
    private List<String> services = List.of();

    @Option(names = "--incremental", description = "Ask for lists only, and for more only of what is listed otherwise than before. Removes nothing.")
    private boolean incremental;

    @Option(names = "--cleanup-stale", description = "Remove what is no longer there, in scopes that were scanned completely.")
    private boolean cleanupStale;

    @Option(names = "--transport", paramLabel = "TRANSPORT", description = "How AWS is called: auto, cli or sdk.")
    private Transport transport = Transport.AUTO;

    ScanCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (incremental && cleanupStale) {
            throw new CliException(ExitCode.USAGE, "an incremental scan removes nothing", "leave out --incremental or --cleanup-stale");
        }
        var scanner = cli.service(EstateScanner.class);
        var request = new ScanRequest(profiles, withoutAll(regions), withoutAll(services), List.of(), cleanupStale, transport, incremental);
        try (var signals = new InterruptOnSignal(cli.console())) {
            return scan(scanner, request);
        }
    }

    private int scan(EstateScanner scanner, ScanRequest request) throws IOException {
        try (var progress = new ScanProgressLine(cli)) {
            var result = scanner.scan(request, progress);
            progress.close();
            if (cli.json()) {
                cli.print(result);
            } else {
                ScanText.print(result, cli.console().out());
            }
            return ScanText.exitCode(result);
        } catch (InterruptedException e) {
            // here and now: the process ends as soon as the signals are let go
            return cli.report(new Failure(ExitCode.INTERRUPTED, "the scan was interrupted; what it stored by then stays", null), e);
        }
    }

    static List<String> withoutAll(List<String> names) {
        return names.contains("all") ? List.of() : names;
    }
}
