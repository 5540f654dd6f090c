package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import cloudops.agent.ServerResponse;
import cloudops.aws.AwsCaller.Transport;
import cloudops.demo.DemoSession;
import cloudops.model.AwsResource;
import cloudops.model.DisplayText;
import cloudops.model.IamPermissions;
import cloudops.request.RequestBuilder;
import cloudops.request.RequestBuilder.PlanResult;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops demo}: the whole line on a sample estate, nothing of the user's. */
@Command(name = "demo", description = "Shows all of it on a sample estate in a local AWS simulator; nothing of yours is read or touched.")
final class DemoCommand implements Callable<Integer> {

    private static final String PROMPT = "Stop pg-instance-main1";
    private static final List<String> QUERIES = List.of("pg-main", "production postgres", "where are the backups");
    private static final int HITS = 5;

    private final Cli cli;

    @Option(names = "--keep", description = "Leave the demonstration's folder in place.")
    private boolean keep;

    @Option(names = "--port", paramLabel = "N", description = "Loopback port of the simulator; any free one without.")
    private int port;

    DemoCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result. */
    record Demo(DemoSession.Summary seed, ScanResult scan, List<Search> search, ServerResponse plan, IamPermissions permissions,
            PlanResult execution, Map<String, String> state) {
    }

    record Search(String query, List<SearchHit> hits) {
    }

    @Override
    public Integer call() throws Exception {
        var out = cli.json() ? silent() : cli.console().out();
        var session = DemoSession.start(port, keep, cli::say);
        try {
            cli.use(session.environment(), (home, create) -> Optional.of(session.passphrase()));
            var demo = run(session, out);
            if (cli.json()) {
                cli.print(demo);
            }
            return "stopped".equals(demo.state().get("pg-instance-main1")) ? ExitCode.DONE : ExitCode.FAILED;
        } finally {
            // whoever works in the folder must be gone before it is
            cli.services().close();
            session.close();
            if (keep) {
                cli.say("Kept: " + session.folder());
                cli.say("  try: CLOUDOPS_PASSPHRASE=$(cat " + session.folder().resolve(DemoSession.PASSPHRASE) + ") cloudops --home "
                        + session.environment().home() + " resources list");
            }
        }
    }

    private Demo run(DemoSession session, PrintStream out) throws Exception {
        var seed = session.summary();
        heading(out, "The sample estate");
        out.printf("%d resources in accounts %s, regions %s; besides, every region has its default network%n", seed.total(),
                String.join(", ", seed.accounts()), String.join(", ", seed.regions()));
        seed.resources().forEach((type, count) -> out.printf("  %-14s %d%n", type, count));

        heading(out, "Scan");
        var scan = scan(session);
        ScanText.print(scan, out);

        var searches = new ArrayList<Search>();
        for (var query : QUERIES) {
            heading(out, "Search: " + query);
            var hits = cli.service(EstateStorage.class).search(query, ResourceFilter.ALL, HITS);
            SearchCommand.table(hits).print(out);
            searches.add(new Search(query, hits));
        }

        heading(out, "Ask: " + PROMPT);
        var builder = cli.service(RequestBuilder.class);
        var answer = builder.ask(PROMPT, List.of());
        PlanText.print(answer.response(), out);
        var resource = resource(answer);
        ResourceText.permissions(resource.iam(), out);

        heading(out, "Approve and run");
        out.println("approved: " + answer.response().approvalHash());
        var execution = builder.run(answer, Consent.by(answer.response().approvalHash()), new PlanOutput(out));

        heading(out, "The new state");
        var state = new LinkedHashMap<String, String>();
        builder.refresh(answer).forEach(r -> state.put(r.name(), r.state()));
        state.forEach((name, now) -> out.println(DisplayText.line(name) + " is now " + DisplayText.line(now)));
        return new Demo(seed, scan, searches, answer.response(), resource.iam(), execution, state);
    }

    private ScanResult scan(DemoSession session) throws InterruptedException {
        var request = new ScanRequest(session.profiles(), session.summary().regions(), List.of(), List.of(), true, Transport.AUTO);
        try (var progress = new ScanProgressLine(cli)) {
            return cli.service(EstateScanner.class).scan(request, progress);
        }
    }

    private static AwsResource resource(RequestBuilder.Answer answer) throws CliException {
        return answer.request().identifiedResources().stream().findFirst()
                .orElseThrow(() -> new CliException(ExitCode.FAILED, "'" + PROMPT + "' was not understood: no resource was found", null)).resource();
    }

    private static void heading(PrintStream out, String text) {
        out.println();
        out.println("== " + text);
    }

    private static PrintStream silent() {
        return new PrintStream(PrintStream.nullOutputStream());
    }
}
